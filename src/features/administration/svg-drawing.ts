/** Values for each label, by a name that the legend shows. */
export interface Series {
  readonly name: string;
  readonly values: number[];
}

/** Stacked bars over labels. */
export interface Drawing {
  readonly title: string;
  readonly labels: string[];
  readonly labelsTitle: string;
  readonly valuesTitle: string;
  readonly series: Series[];
}

const SIZE = { width: 860, height: 380 };
/** Greys and colours that read on a light page and on a dark one. */
const TEXT = '#7a828b';
const GRID = '#7a828b40';
const COLOURS = ['#3b82f6', '#f59e0b', '#10b981', '#ef4444', '#8b5cf6', '#14b8a6', '#ec4899', '#9ca3af'];
// Without quotes: they would end the attribute that the names are written into.
const FONT = 'system-ui, Helvetica, Arial, sans-serif';

/** The drawing as an SVG document without scripts and styles: it shows the same under a policy that forbids both. */
export async function drawn(drawing: Drawing): Promise<string> {
  const chart = (await library()).init(null, null, { renderer: 'svg', ssr: true, ...SIZE });
  try {
    chart.setOption(optionOf(drawing));
    return withoutStyles(chart.renderToSVGString(), drawing.title);
  } finally {
    chart.dispose();
  }
}

// It is large, and most servers never draw: who does not ask for a chart does not pay for it.
async function library(): Promise<typeof import('echarts/core')> {
  const [core, charts, components, renderers] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ]);
  const { GridComponent, LegendComponent, TitleComponent } = components;
  core.use([charts.BarChart, GridComponent, LegendComponent, TitleComponent, renderers.SVGRenderer]);
  return core;
}

function optionOf({ title, labels, labelsTitle, valuesTitle, series }: Drawing): Record<string, unknown> {
  const isEmpty = series.every(({ values }) => values.every((value) => value === 0));
  return {
    animation: false,
    color: COLOURS,
    textStyle: { fontFamily: FONT, color: TEXT, fontSize: 12 },
    title: {
      text: title,
      // An empty frame alone could be a fault.
      ...(isEmpty && { subtext: 'None.', subtextStyle: { color: TEXT } }),
      left: 8,
      top: 8,
      textStyle: { color: TEXT, fontSize: 15, fontWeight: 600 },
    },
    legend: { bottom: 4, left: 'center', itemWidth: 12, itemHeight: 12, itemGap: 30, textStyle: { color: TEXT } },
    grid: { left: 72, right: 24, top: 68, bottom: 88 },
    xAxis: {
      type: 'category',
      data: labels,
      name: labelsTitle,
      nameLocation: 'middle',
      nameGap: 32,
      axisLine: { lineStyle: { color: GRID } },
      axisLabel: { color: TEXT, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      min: 0,
      ...(isEmpty && { max: 1 }),
      minInterval: 1,
      name: valuesTitle,
      axisLabel: { color: TEXT, formatter: (value: number) => value.toLocaleString('en') },
      splitLine: { lineStyle: { color: GRID } },
    },
    series: series.map(({ name, values }) => ({
      name,
      type: 'bar',
      stack: 'all',
      data: values,
      barCategoryGap: '20%',
    })),
  };
}

/** Texts come escaped; what is written as a style becomes the attributes of the same names. */
function withoutStyles(svg: string, title: string): string {
  const name = title.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return svg
    .replaceAll(/<style[^>]*>[\s\S]*?<\/style>/g, '')
    .replaceAll(/ style="([^"]*)"/g, (_, style: string) => attributesOf(style))
    .replace(/^<svg ([^>]*)>/, `<svg $1 role="img"><title>${name}</title>`);
}

function attributesOf(style: string): string {
  const parts = style.split(';').map((part) => /^\s*([a-z-]+)\s*:\s*(.+?)\s*$/.exec(part));
  return parts.flatMap((part) => (part ? [` ${part[1]}="${part[2]}"`] : [])).join('');
}

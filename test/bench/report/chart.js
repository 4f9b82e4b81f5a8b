/** Horizontal bars as SVG, in greys and blues that read on a light page and on a dark one. */
import { init } from 'echarts';

/** @typedef {import('../report.js').Chart} Chart */

const WIDTH = 860;
const BAR_HEIGHT = 34;
const FRAME_HEIGHT = 84;
const TEXT = '#7a828b';
const GRID = '#7a828b40';
const OURS = '#3b82f6';
const OTHERS = '#9ca3af';
// Without quotes: they would end the attribute that the names are written into.
const FONT = 'system-ui, Helvetica, Arial, sans-serif';

/**
 * @param {Chart} chart
 * @returns {string}
 */
export function svgOf(chart) {
  const height = FRAME_HEIGHT + BAR_HEIGHT * Object.keys(chart.bars).length;
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  try {
    drawing.setOption(optionOf(chart));
    return `${drawing.renderToSVGString()}\n`;
  } finally {
    drawing.dispose();
  }
}

/** @param {Chart} chart */
function optionOf({ title, unit, bars, ours = [], isLogarithmic = false }) {
  const labels = Object.keys(bars);
  const data = Object.entries(bars).map(([label, value]) => ({
    value,
    itemStyle: { color: ours.includes(label) ? OURS : OTHERS, borderRadius: 2 },
  }));
  return {
    animation: false,
    textStyle: { fontFamily: FONT, color: TEXT, fontSize: 13 },
    title: {
      text: isLogarithmic ? `${title} (${unit}, logarithmic)` : `${title} (${unit})`,
      left: 8,
      top: 8,
      textStyle: { color: TEXT, fontSize: 15, fontWeight: 600 },
    },
    grid: { left: widthOf(labels), right: 84, top: 44, bottom: 32 },
    xAxis: axisOf(Object.values(bars), isLogarithmic),
    yAxis: {
      type: 'category',
      inverse: true,
      data: labels,
      axisLine: { lineStyle: { color: GRID } },
      axisTick: { show: false },
      axisLabel: { color: TEXT, fontSize: 13 },
    },
    series: [{ type: 'bar', data, barWidth: '62%', label: valueLabel() }],
  };
}

/**
 * @param {number[]} values
 * @param {boolean} isLogarithmic
 */
function axisOf(values, isLogarithmic) {
  // Bars on a logarithmic axis have no natural beginning: they begin at a power of ten that lets the smallest be seen.
  const from = 10 ** Math.floor(Math.log10(Math.min(...values)) - 0.3);
  return {
    ...(isLogarithmic ? { type: 'log', min: from } : { type: 'value', min: 0 }),
    axisLabel: { color: TEXT, formatter: (/** @type {number} */ value) => value.toLocaleString('en') },
    splitLine: { lineStyle: { color: GRID } },
  };
}

/**
 * Room for the longest label: nobody knows the reader's font, so it is generous.
 *
 * @param {string[]} labels
 */
function widthOf(labels) {
  return 24 + 7.5 * Math.max(...labels.map((label) => label.length));
}

function valueLabel() {
  return {
    show: true,
    position: 'right',
    color: TEXT,
    fontSize: 13,
    fontWeight: 600,
    formatter: (/** @type {{ value: number }} */ { value }) =>
      value.toLocaleString('en', { maximumSignificantDigits: value < 100 ? 3 : 6 }),
  };
}

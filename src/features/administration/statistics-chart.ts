import type { ChartName, CountAnswer, HourAnswer, StatisticsAnswer } from './statistics.dto.js';
import { drawn, type Series } from './svg-drawing.js';

/** Series that a chart shows by name; the others are one. */
const NAMED = 7;

/** A week of hours is drawn hour by hour, and what is longer day by day. */
const MOST_HOURS = 7 * 24 + 1;

/** One chart of these numbers as an SVG document: it holds no script, and its texts are escaped. */
export function svgOf(chart: ChartName, answer: StatisticsAnswer): Promise<string> {
  if (chart === 'live') return liveChart(answer);
  const isByDay = answer.hours.length > MOST_HOURS;
  const labelOf = ({ hour }: HourAnswer): string => (isByDay ? hour.slice(0, 10) : hour.slice(0, 16).replace('T', ' '));
  const bars = grouped(answer.hours, labelOf);
  return drawn({
    title: `${TITLES[chart]} by ${isByDay ? 'day' : 'hour'}`,
    labels: [...bars.keys()],
    labelsTitle: isByDay ? 'Day (UTC)' : 'Hour (UTC)',
    valuesTitle: isByDay ? 'per day' : 'per hour',
    series:
      chart === 'logins'
        ? loginsOf([...bars.values()])
        : stacked([...bars.values()].map((hours) => hours.flatMap((hour) => hour[chart]))),
  });
}

function grouped(hours: HourAnswer[], labelOf: (hour: HourAnswer) => string): Map<string, HourAnswer[]> {
  const groups = new Map<string, HourAnswer[]>();
  for (const hour of hours) groups.set(labelOf(hour), [...(groups.get(labelOf(hour)) ?? []), hour]);
  return groups;
}

const TITLES = { logins: 'Logins', refusals: 'Refused logins', endings: 'Endings' };

function liveChart({ live, to }: StatisticsAnswer): Promise<string> {
  const about = live.isEstimate ? 'about ' : '';
  return drawn({
    title: `Live sessions by age (${about}${live.count.toLocaleString('en')})`,
    labels: live.byAge.map(({ name }) => name),
    labelsTitle: `since login, as of ${to.slice(0, 16).replace('T', ' ')} UTC`,
    valuesTitle: 'sessions',
    series: [{ name: 'Live sessions', values: live.byAge.map(({ count }) => count) }],
  });
}

function loginsOf(bars: HourAnswer[][]): Series[] {
  const values = bars.map((hours) => hours.reduce((total, { logins }) => total + logins, 0));
  return [{ name: 'Logins', values }];
}

/** One series a reason, the most frequent first; what is rare is put together. */
function stacked(bars: CountAnswer[][]): Series[] {
  const totals = new Map<string, number>();
  for (const { name, count } of bars.flat()) totals.set(name, (totals.get(name) ?? 0) + count);
  const names = [...totals.keys()].toSorted((a, b) => totals.get(b)! - totals.get(a)!);
  const shown = names.slice(0, NAMED);
  const sum = (bar: CountAnswer[], isMeant: (name: string) => boolean): number =>
    bar.reduce((total, { name, count }) => total + (isMeant(name) ? count : 0), 0);
  const series = shown.map((name) => ({ name, values: bars.map((bar) => sum(bar, (each) => each === name)) }));
  if (names.length === shown.length) return series;
  return [...series, { name: 'others', values: bars.map((bar) => sum(bar, (each) => !shown.includes(each))) }];
}

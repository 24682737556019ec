/**
 * Line charts as SVG: axes, ticks, a name at the end of each line instead of a legend. Colours are CSS variables, so that one drawing serves light, dark
 * and print; by itself (`chartFile`) it brings them along. What a pointer shows is in `data-chart`, for report-script.ts.
 */
import { escapeHtml } from "./escape.ts";
import { linearScale, logarithmicScale, powerText, tickText, type Scale } from "./scale.ts";

export interface Series {
  readonly name: string;
  /** In the order of x; a y that is not finite is a gap. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Drawn thin and pale, without a name at its end: what another line is the mean of. */
  readonly isFaint?: boolean;
}

export interface Chart {
  readonly title: string;
  readonly xLabel: string;
  /** Written behind each value: `%`. */
  readonly unit?: string;
  /** Needs values greater than 0. */
  readonly isLogarithmic?: boolean;
  /** The y axis begins at 0. */
  readonly fromZero?: boolean;
  readonly series: readonly Series[];
}

/** Numbers of colours that chartStyle has. */
export const colourCount = 8;
const dashes = ["", "", "", "", "7 3", "2 3", "9 3 2 3", "4 2"];

/** Points of a line that are drawn at most; of more, the least and the greatest of each piece, and the last. */
const mostPoints = 700;

const [width, height, top, bottom, left] = [640, 300, 14, 44, 58];
const lineGap = 15;
// Of the widest font that a small page shows, in bold.
const letter = 8.4;

/** The chart as an SVG element. Its title is not in it: it is the caption of what holds it. */
export function chartSvg(chart: Chart): string {
  const series = chart.series.map((each) => ({ ...each, points: thinned(each.points) }));
  const finite = series.flatMap(({ points }) => points.filter(({ y }) => Number.isFinite(y) && (!chart.isLogarithmic || y > 0)));
  const named = series.filter(({ isFaint }) => !isFaint);
  const right = named.length > 1 ? Math.min(180, 16 + letter * Math.max(...named.map(({ name }) => name.length))) : 16;
  const frame = { x: left, y: top, width: width - left - right, height: height - top - bottom };
  if (!finite.length) return svgOf(chart.title, `<text class="label" x="${width / 2}" y="${height / 2}" text-anchor="middle">nothing yet</text>`);
  // Steps begin at 0, so that charts of one run have the same axis.
  const scaleX = linearScale(Math.min(0, least(finite.map(({ x }) => x))), greatest(finite.map(({ x }) => x)), Math.max(3, Math.floor(frame.width / 80)), false);
  const [low, high] = [least(finite.map(({ y }) => y)), greatest(finite.map(({ y }) => y))];
  const scaleY = chart.isLogarithmic ? logarithmicScale(low, high) : linearScale(chart.fromZero ? Math.min(0, low) : low, high, 5);
  const place = { x: (x: number) => frame.x + frame.width * scaleX.share(x), y: (y: number) => frame.y + frame.height * (1 - scaleY.share(y)) };
  const lines = series.map((each, i) => {
    const colour = colourOf(series, i);
    const path = pathOf(each, place, chart.isLogarithmic ?? false);
    return `<path class="line${each.isFaint ? " faint" : ""}" style="stroke:var(--line-${colour % colourCount})"${each.isFaint || !dashes[colour % 8] ? "" : ` stroke-dasharray="${dashes[colour % 8]}"`} d="${path}"/>`;
  });
  return svgOf(chart.title, [axes(chart, frame, scaleX, scaleY, place), ...lines, ...(named.length > 1 ? endNames(series, frame, place) : []), '<g class="pointer"></g>'].join("\n"), {
    frame, low: scaleX.low, high: scaleX.high, bottom: scaleY.low, top: scaleY.high, logarithmic: chart.isLogarithmic ?? false, xLabel: chart.xLabel, unit: chart.unit ?? "",
    series: series.map(({ name, points }, i) => ({ name, colour: colourOf(series, i) % colourCount, points: points.map(({ x, y }) => [short(x), Number.isFinite(y) ? short(y) : null]) })),
  });
}

const short = (value: number): number => Number(value.toPrecision(6));
const least = (values: readonly number[]): number => values.reduce((least, value) => Math.min(least, value), Infinity);
const greatest = (values: readonly number[]): number => values.reduce((greatest, value) => Math.max(greatest, value), -Infinity);

/** A pale line has the colour of the line behind it. */
const colourOf = (series: readonly Series[], i: number): number => series.slice(0, i).filter(({ isFaint }) => !isFaint).length;

const svgOf = (title: string, content: string, data?: unknown): string =>
  `<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(title)}"${data === undefined ? "" : ` data-chart="${escapeHtml(JSON.stringify(data))}"`}>\n${content}\n</svg>`;

interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
interface Place {
  x(value: number): number;
  y(value: number): number;
}

const at = (value: number): string => String(Math.round(10 * value) / 10);

function axes({ xLabel, unit, isLogarithmic }: Chart, frame: Frame, scaleX: Scale, scaleY: Scale, place: Place): string {
  const floor = frame.y + frame.height;
  return [
    ...scaleY.ticks.map((tick) => `<line class="grid" x1="${frame.x}" x2="${at(frame.x + frame.width)}" y1="${at(place.y(tick))}" y2="${at(place.y(tick))}"/><text class="tick" x="${frame.x - 8}" y="${at(place.y(tick) + 4)}" text-anchor="end">${isLogarithmic ? powerText(tick) : tickText(tick)}${escapeHtml(unit ?? "")}</text>`),
    `<line class="axis" x1="${frame.x}" x2="${at(frame.x + frame.width)}" y1="${floor}" y2="${floor}"/>`,
    ...scaleX.ticks.map((tick) => `<line class="axis" x1="${at(place.x(tick))}" x2="${at(place.x(tick))}" y1="${floor}" y2="${floor + 4}"/><text class="tick" x="${at(place.x(tick))}" y="${floor + 17}" text-anchor="middle">${tickText(tick)}</text>`),
    `<text class="label" x="${at(frame.x + frame.width / 2)}" y="${floor + 36}" text-anchor="middle">${escapeHtml(xLabel)}</text>`,
  ].join("\n");
}

function pathOf({ points }: Series, place: Place, isLogarithmic: boolean): string {
  let path = "";
  let isPen = false;
  points.forEach(({ x, y }, i) => {
    const isDrawn = Number.isFinite(y) && (!isLogarithmic || y > 0);
    // A point between two gaps, or alone, is a dot: a line of no length with round ends.
    const next = points[i + 1];
    if (isDrawn) path += `${isPen ? "L" : "M"}${at(place.x(x))} ${at(place.y(y))}${!isPen && !(next && Number.isFinite(next.y)) ? "h0" : ""}`;
    isPen = isDrawn;
  });
  return path;
}

/** A name beside the last point of each line, moved apart where they would lie over each other. */
function endNames(series: readonly Series[], frame: Frame, place: Place): readonly string[] {
  const names = series.flatMap(({ name, points, isFaint }, i) => {
    const last = [...points].reverse().find(({ y }) => Number.isFinite(y));
    return isFaint || !last ? [] : [{ name, colour: colourOf(series, i) % colourCount, y: place.y(last.y) }];
  });
  names.sort((a, b) => a.y - b.y);
  for (let i = 1; i < names.length; i++) names[i].y = Math.max(names[i].y, names[i - 1].y + lineGap);
  const ceiling = frame.y + frame.height;
  for (let i = names.length - 1; i >= 0; i--) names[i].y = Math.min(names[i].y, i === names.length - 1 ? ceiling : names[i + 1].y - lineGap);
  return names.map(({ name, colour, y }) => `<text class="name" style="fill:var(--line-${colour})" x="${at(frame.x + frame.width + 8)}" y="${at(y + 4)}">${escapeHtml(name)}</text>`);
}

function thinned(points: Series["points"]): Series["points"] {
  if (points.length <= mostPoints) return points;
  const pieces = mostPoints / 2;
  const kept = Array.from({ length: pieces }, (_, piece) => points.slice(Math.floor((piece * points.length) / pieces), Math.floor(((piece + 1) * points.length) / pieces))).flatMap((some) => {
    let [low, high] = [0, 0];
    some.forEach(({ y }, i) => {
      if (!(y >= some[low].y)) low = i;
      if (!(y <= some[high].y)) high = i;
    });
    return [...new Set([low, high])].sort((a, b) => a - b).map((i) => some[i]);
  });
  const last = points[points.length - 1];
  return kept[kept.length - 1] === last ? kept : [...kept, last];
}

/** A square chart of shares against shares, drawn as SVG; what it shows stands in a table below it as well. */

import type { ComponentChildren } from "preact";
import { formatShare } from "../../core/i18n";
import { botText } from "../texts";

const WIDTH = 360;
const HEIGHT = 260;
const LEFT = 48;
const RIGHT = 22;
const TOP = 12;
const BOTTOM = 44;

export interface Scale {
  x: (share: number) => number;
  y: (share: number) => number;
}

interface ChartProps {
  title: string;
  about: string;
  across: string;
  up: string;
  /** The highest share on the upward axis. */
  top: number;
  /** Draws inside the axes. */
  children: (scale: Scale) => ComponentChildren;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  testid: string;
}

export function Chart(props: ChartProps) {
  const scale: Scale = {
    x: (share) => LEFT + share * (WIDTH - LEFT - RIGHT),
    y: (share) => TOP + (1 - Math.min(share / props.top, 1)) * (HEIGHT - TOP - BOTTOM),
  };
  return (
    <figure class="chart" data-testid={props.testid}>
      <figcaption>
        <strong>{props.title}</strong>
        <p class="quiet">{props.about}</p>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${props.title} ${props.about}`}>
        <Axes scale={scale} top={props.top} across={props.across} up={props.up} />
        {props.children(scale)}
      </svg>
      <details class="chart__table">
        <summary>{botText.value.asTable}</summary>
        <table>
          <thead>
            <tr>
              {props.columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {props.rows.map((row, number) => (
              <tr key={number}>
                {row.map((cell, place) => (
                  <td key={place}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

const TICKS = [0, 0.25, 0.5, 0.75, 1];

function Axes({ scale, top, across, up }: { scale: Scale; top: number; across: string; up: string }) {
  const bottom = HEIGHT - BOTTOM;
  return (
    <g class="chart__axes">
      {TICKS.map((share) => (
        <g key={share}>
          <line x1={LEFT} x2={WIDTH - RIGHT} y1={scale.y(share * top)} y2={scale.y(share * top)} />
          <text x={LEFT - 6} y={scale.y(share * top) + 4} text-anchor="end">
            {formatShare(share * top, top < 0.2 ? 1 : 0)}
          </text>
          <text x={scale.x(share)} y={bottom + 16} text-anchor="middle">
            {formatShare(share)}
          </text>
        </g>
      ))}
      <text class="chart__name" x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 6} text-anchor="middle">
        {across}
      </text>
      <text class="chart__name" transform={`translate(12 ${(TOP + bottom) / 2}) rotate(-90)`} text-anchor="middle">
        {up}
      </text>
    </g>
  );
}

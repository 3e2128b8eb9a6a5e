/** Rows of records; columns say how to show a record, and how to sort when they can be sorted. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { EmptyState } from "./placeholder";
import { uiText } from "./texts";
import "./table.css";

export interface Column<Row> {
  key: string;
  label: string;
  show: (row: Row) => ComponentChildren;
  /** Numbers stand at the end of the column. */
  is_number?: boolean;
  /** Left out on narrow screens. */
  is_extra?: boolean;
  /** Makes the heading a sort button. */
  sort_by?: (row: Row) => number | string;
}

export interface TableProps<Row> {
  /** Read out as the table's name. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  row_key: (row: Row) => string;
  onSelect?: (row: Row) => void;
  empty?: ComponentChildren;
  testid?: string;
  row_testid?: string;
}

interface Sorting {
  key: string;
  is_descending: boolean;
}

export function Table<Row>(props: TableProps<Row>) {
  const [sorting, setSorting] = useState<Sorting | null>(null);
  if (props.rows.length === 0) return <>{props.empty ?? <EmptyState title={uiText.value.nothingHere} />}</>;
  const toggle = (key: string): void =>
    setSorting({ key, is_descending: sorting?.key === key ? !sorting.is_descending : false });
  return (
    <div class="table-frame">
      <table class="table" data-testid={props.testid}>
        <caption class="visually-hidden">{props.caption}</caption>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <Heading key={column.key} column={column} sorting={sorting} onToggle={toggle} />
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted(props, sorting).map((row) => (
            <tr
              key={props.row_key(row)}
              class={props.onSelect === undefined ? "" : "table__row--link"}
              data-testid={props.row_testid}
              onClick={() => props.onSelect?.(row)}
            >
              {props.columns.map((column) => (
                <td key={column.key} class={classOf(column)}>
                  {column.show(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface HeadingProps<Row> {
  column: Column<Row>;
  sorting: Sorting | null;
  onToggle: (key: string) => void;
}

function Heading<Row>({ column, sorting, onToggle }: HeadingProps<Row>) {
  const is_sorted = sorting?.key === column.key;
  const direction = is_sorted ? (sorting.is_descending ? "descending" : "ascending") : undefined;
  return (
    <th scope="col" class={classOf(column)} aria-sort={direction}>
      {column.sort_by === undefined ? (
        column.label
      ) : (
        <button type="button" class="table__sort" onClick={() => onToggle(column.key)}>
          {column.label}
          <span aria-hidden="true">{is_sorted ? (sorting.is_descending ? " ↓" : " ↑") : ""}</span>
        </button>
      )}
    </th>
  );
}

function classOf<Row>(column: Column<Row>): string {
  return [column.is_number && "table__number", column.is_extra && "table__extra"].filter(Boolean).join(" ");
}

function sorted<Row>(props: TableProps<Row>, sorting: Sorting | null): readonly Row[] {
  const by = props.columns.find((column) => column.key === sorting?.key)?.sort_by;
  if (sorting === null || by === undefined) return props.rows;
  const sign = sorting.is_descending ? -1 : 1;
  return [...props.rows].sort((one, other) => sign * compare(by(one), by(other)));
}

function compare(one: number | string, other: number | string): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one).localeCompare(String(other));
}

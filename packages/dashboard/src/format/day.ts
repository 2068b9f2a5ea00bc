const DAY_MS = 86_400_000;

/** The day with which a date, a time or an interval begins, `YYYY-MM-DD`; null for any other text, such as "last week". */
export function dayOf(text: string): string | null {
  const day = /^\d{4}-\d{2}-\d{2}(?!\d)/.exec(text)?.[0];
  return day === undefined || Number.isNaN(Date.parse(day)) ? null : day;
}

/** `2020-02-23`, or `2020-02-23 to 2020-04-15, 53 days`; both ends count. */
export function daySpan({ start, end }: { readonly start: string; readonly end: string }): string {
  if (start === end) return start;
  const days = Math.round((Date.parse(end) - Date.parse(start)) / DAY_MS) + 1;
  return `${start} to ${end}, ${days} days`;
}

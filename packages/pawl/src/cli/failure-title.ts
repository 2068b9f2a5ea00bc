/** A failure's code for people, in title case: `provider_failed` is `Provider Failed`. */
export function failureTitle(code: string): string {
  return code
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}

/** A code or a name of the taxonomy as words, `conflict_attack` as `conflict attack`; any other text stays as it is. */
export function words(text: string): string {
  return /^[a-z0-9_]+$/i.test(text) ? text.replaceAll('_', ' ') : text;
}

/** Widths of characters in parts of the font size, generous: no font is at hand to measure with. */
const NARROW = 0.34;
const WIDE = 0.72;
const FULL = 1.05;
const OTHER = 0.58;
const NARROW_CHARACTERS = /[iljtfrI1.,:;'"`’‘“”!|()[\]{}/\\ -]/;
const WIDE_CHARACTERS = /[\p{Lu}mw@%&—]/u;
/** Of East Asian scripts and pictures. */
const FULL_CHARACTERS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}]/u;

/** About how wide a text is drawn in a sans-serif font, in the unit of `fontSize`. */
export function textWidth(text: string, fontSize: number): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width * fontSize;
}

function characterWidth(character: string): number {
  if (NARROW_CHARACTERS.test(character)) return NARROW;
  if (WIDE_CHARACTERS.test(character)) return WIDE;
  return FULL_CHARACTERS.test(character) ? FULL : OTHER;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** What no XML document may hold, not even escaped (XML 1.0, production 2). */
const NOT_IN_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** Any text as the content of an element or attribute of XML or HTML. */
export function escapeXml(text: string): string {
  return text.replace(NOT_IN_XML, '\uFFFD').replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

import { styleText } from 'node:util';

type Format = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

/** Colours for one stream; plain text where it is no terminal or NO_COLOR says so, unless FORCE_COLOR does otherwise. */
export type Style = Readonly<Record<Format, (text: string) => string>>;

/** The style that fits `stream` (https://no-color.org, https://force-color.org). */
export function styleFor(stream: NodeJS.WriteStream): Style {
  const as = (format: Format) => (text: string) => styleText(format, text, { stream, validateStream: true });
  return {
    bold: as('bold'),
    dim: as('dim'),
    green: as('green'),
    red: as('red'),
    yellow: as('yellow'),
    cyan: as('cyan'),
  };
}

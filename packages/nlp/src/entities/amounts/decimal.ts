/**
 * Multiplies a decimal by a power of ten exactly, by moving its point.
 * @param digits such as `1.25`, without sign or grouping.
 * @returns a decimal without exponent or needless zeros, such as `1250000`.
 */
export function shiftDecimal(digits: string, exponent: number): string {
  const [whole = '', fraction = ''] = digits.split('.');
  const padded = fraction.padEnd(exponent, '0');
  const left = `${whole}${padded.slice(0, exponent)}`.replace(/^0+(?=\d)/, '');
  const right = padded.slice(exponent).replace(/0+$/, '');
  return right === '' ? left : `${left}.${right}`;
}

/** From a bit or two of a request to a few in a hundred; and one way that leaves its lines whole. @type {Record<string, string[]>} */
export const MODES = {
  light: ['-r', '0.0006'],
  medium: ['-r', '0.004'],
  heavy: ['-r', '0.03'],
  framed: ['-r', '0.006', '-P', String.raw`\r\n`],
};

/**
 * One thing that was looked at.
 * @typedef {object} Finding
 * @property {boolean} ok
 * @property {string} what
 * @property {string} [mend] what to do where it is not
 */

/** @param {Finding} finding */
export function findingLine({ ok, what, mend }) {
  return `  ${ok ? '✓' : '✗'} ${what}${ok || mend === undefined ? '' : `\n      ${mend}`}`
}

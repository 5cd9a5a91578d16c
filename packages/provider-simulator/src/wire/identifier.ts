const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Random letters and digits: ids of a simulator need to be unique, not secret. */
export function randomLetters(length: number): string {
  let letters = ''
  for (let index = 0; index < length; index += 1) {
    letters += alphabet.charAt(Math.floor(Math.random() * alphabet.length))
  }
  return letters
}

export function randomHex(length: number): string {
  let digits = ''
  while (digits.length < length) digits += Math.floor(Math.random() * 0x1_0000_0000).toString(16)
  return digits.slice(0, length)
}

/** Why a call was given up: another has answered the same request sooner. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken'
}

/** An image that nobody can use; the message says why, as what follows the image's place in the request. */
export class UnusableImage extends Error {
  override readonly name = 'UnusableImage'
}

/** Of answers, where a test sets no other: brisk, and still one that it can act within. */
export const TOKENS_PER_SECOND = 200

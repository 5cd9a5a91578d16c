/** For what scrolls sideways by itself: without being focusable it could not be read by keyboard in every browser. */
export const keyboardScrolling = { tabIndex: 0, role: 'group' } as const

import { expect, test } from 'vitest'
import { CookieJar } from './cookie-jar.server.ts'

test('what one call sets, the next one sends', () => {
  const jar = new CookieJar('a=1; session=old; theme=dark')
  jar.take(['session=new=; Path=/; HttpOnly', 'token=x; Max-Age=900'])
  expect(jar.header).toBe('a=1; session=new=; theme=dark; token=x')
  expect(jar.setCookies).toEqual(['session=new=; Path=/; HttpOnly', 'token=x; Max-Age=900'])
})

test('a cookie that was ended is not sent any more', () => {
  const jar = new CookieJar('a=1; b=2; c=3')
  jar.take(['a=; Path=/', 'b=x; Max-Age=0', 'c=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT'])
  expect(jar.header).toBeUndefined()
})

test('a browser without cookies sends none', () => {
  expect(new CookieJar(undefined).header).toBeUndefined()
  expect(new CookieJar(';;=x; ').header).toBeUndefined()
})

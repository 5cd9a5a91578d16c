import { existsSync } from 'node:fs'
import { inRepository } from '../paths.mjs'

/**
 * What a person names tests by, as vitest takes it: a path, a part of a file name, or an app or package by its name.
 * @param {readonly string[]} words
 * @param {(path: string) => boolean} [exists] a path from the root
 */
export function testFilters(words, exists = (path) => existsSync(inRepository(path))) {
  return words.map((word) => {
    const path = word.replace(/^@brainlyx\//, '').replace(/\/+$/, '')
    return [`apps/${path}`, `packages/${path}`].find(exists) ?? path
  })
}

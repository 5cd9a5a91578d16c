import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** The clone this file belongs to. */
export const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** Everything a clone keeps outside git: data, logs, secrets, stamps. Tests of these commands have one of their own. */
export const localFolder = process.env['BRAINLYX_LOCAL_FOLDER'] ?? join(repositoryRoot, '.local')

/** @param {...string} segments */
export function inRepository(...segments) {
  return join(repositoryRoot, ...segments)
}

/** @param {...string} segments */
export function inLocal(...segments) {
  return join(localFolder, ...segments)
}

/** What npm puts into its scripts' environment would steer the package managers that these start. */
const KEPT = new Set(['npm_config_registry'])

/**
 * @param {NodeJS.ProcessEnv} environment changed
 */
export function dropNpmVariables(environment) {
  for (const key of Object.keys(environment)) {
    if (key.startsWith('npm_') && !KEPT.has(key)) delete environment[key]
  }
}

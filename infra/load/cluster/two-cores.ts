import { divideCores, moveTo } from '../router/process/cores.ts'

export const CORES = 2

/** Keeps this process, and whatever it starts from now on, on two cores. @throws an Error where there are not two */
export function moveToTwoCores(): void {
  const { gateway, load } = divideCores()
  moveTo([gateway, load.split(',')[0]].join(','))
}

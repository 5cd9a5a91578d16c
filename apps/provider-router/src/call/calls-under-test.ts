import { createMetrics } from '@brainlyx/service-kit'
import { observeRouting } from '../account/observe-routing.ts'
import { createBreakers } from '../breaker/create-breakers.ts'
import { RouterFile } from '../config/router-file.ts'
import { soleReplica } from '../coordination/coordination.ts'
import { createCredentialHealth } from '../credential/credential-health.ts'
import { createDeploymentLoads } from '../load/create-deployment-loads.ts'
import { createHedging } from '../hedge/hedging.ts'
import { createImageFitting } from '../image/image-fitting.ts'
import { createQuotas } from '../quota/create-quotas.ts'
import type { CallDependencies } from './call-dependencies.ts'
import { createRetryBudget } from './retry-budget.ts'

/** For tests: everything that calls need, real and of one replica, on a clock that the test can set. */
export function callsUnderTest(nowMs: () => number = () => Date.now()): CallDependencies {
  const settings = RouterFile.parse({ providers: {}, deployments: [ANY] })
  const random = (): number => 0.5
  const coordination = soleReplica('test')
  return {
    health: createCredentialHealth(nowMs),
    breakers: createBreakers({ settings: () => settings.breaker, nowMs, random, coordination }),
    quotas: createQuotas({ coordination, nowMs, random }),
    loads: createDeploymentLoads({ nowMs }),
    retryBudget: createRetryBudget(() => settings.retryBudget, nowMs),
    hedging: createHedging(() => settings.hedgeRatio),
    images: createImageFitting({ logger: { warn: () => {} }, isOn: () => settings.fitImages }),
    observe: () => {},
    routing: observeRouting(createMetrics('test')),
    nowMs,
    random,
    sleep: async () => {},
    newAttemptId: () => crypto.randomUUID(),
  }
}

const ANY = { id: 'any', provider: 'any', model: 'any' }

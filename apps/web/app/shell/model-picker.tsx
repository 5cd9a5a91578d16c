import type { Model } from '@brainlyx/chat-contract'
import { modelChoiceCookie } from './model-choice.ts'

export type ModelChoice = Pick<Model, 'id' | 'name' | 'kind'>

/** A control of the composer's form, wherever it stands on the page. */
export function ModelPicker({ models, model }: { models: readonly ModelChoice[]; model: string }) {
  const virtual = models.filter(({ kind }) => kind === 'virtual')
  const real = models.filter(({ kind }) => kind === 'model')
  return (
    <select
      className="model-picker"
      name="model"
      form="composer"
      defaultValue={model}
      aria-label="Model"
      onChange={(event) => {
        document.cookie = modelChoiceCookie(event.currentTarget.value)
      }}
    >
      {virtual.length > 0 && real.length > 0 ? (
        <>
          <optgroup label="Chosen for you">
            <Options models={virtual} />
          </optgroup>
          <optgroup label="Models">
            <Options models={real} />
          </optgroup>
        </>
      ) : (
        <Options models={models} />
      )}
    </select>
  )
}

function Options({ models }: { models: readonly ModelChoice[] }) {
  return models.map(({ id, name }) => (
    <option key={id} value={id}>
      {name}
    </option>
  ))
}

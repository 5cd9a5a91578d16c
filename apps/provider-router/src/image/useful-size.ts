import type { ProviderKind } from '@brainlyx/router-contract'

/** The largest image that a model makes anything of. Whatever is absent is not limited. */
export interface UsefulSize {
  readonly longEdge?: number
  readonly shortEdge?: number
  readonly pixels?: number
  /** Of the file, before base64. */
  readonly fileBytes?: number
  /** Of the files of all images of a request together, before base64. */
  readonly requestBytes?: number
}

export type Detail = 'auto' | 'low' | 'high' | 'original'

const MB = 1_000_000
const MiB = 1_048_576
/** Base64 makes four bytes of three. */
const BASE64 = 3 / 4

// Anthropic: an image whose long edge is above 1568 px, or that is more than about 1.15 megapixels, is scaled down
// before the model sees it, which only costs time; from Opus 4.7 on it is 2576 px and 4,784 patches of 28 px. A file
// has 5 MB as base64. https://platform.claude.com/docs/en/build-with-claude/vision
const CLAUDE_BYTES = { fileBytes: 5 * MiB * BASE64 }
const CLAUDE: UsefulSize = { longEdge: 1568, pixels: 1_150_000, ...CLAUDE_BYTES }
const CLAUDE_HIGH_RESOLUTION: UsefulSize = {
  longEdge: 2576,
  pixels: 4_784 * 28 * 28,
  ...CLAUDE_BYTES,
}

// Gemini: tiles of 768 px of an image that was scaled down to 3072 px; 7 MB a file within a request.
// https://ai.google.dev/gemini-api/docs/image-understanding
// https://docs.cloud.google.com/vertex-ai/generative-ai/docs/multimodal/image-understanding
const GEMINI: UsefulSize = { longEdge: 3072, fileBytes: 7 * MB }

// Groq refuses an image of more than 33,177,600 pixels, and a request of more than 4 MB with images as base64; some of
// that is left to the text. https://console.groq.com/docs/vision
const GROQ: UsefulSize = { pixels: 33_177_600, requestBytes: 3.6 * MB * BASE64 }

// OpenAI: https://developers.openai.com/api/docs/guides/images-vision, «Model sizing behavior». Patches have 32 px.
const patches = (count: number): number => count * 32 * 32
const LOW: UsefulSize = { longEdge: 512 }
const TILES: UsefulSize = { longEdge: 2048, shortEdge: 768 }
const FEW_PATCHES: UsefulSize = { longEdge: 2048, pixels: patches(1_536) }
const PATCHES: UsefulSize = { longEdge: 2048, pixels: patches(2_500) }
const MANY_PATCHES: UsefulSize = { longEdge: 6000, pixels: patches(10_000) }
/** More is refused, and not scaled down. */
const MOST_PATCHES: UsefulSize = { pixels: patches(30_000) }

/** The first that matches. */
const OPENAI_MODELS: readonly [RegExp, Readonly<Record<Exclude<Detail, 'low'>, UsefulSize>>][] = [
  [/^gpt-(5\.[6-9]|[6-9])/, { auto: MOST_PATCHES, high: PATCHES, original: MOST_PATCHES }],
  [/^gpt-5\.5/, { auto: MANY_PATCHES, high: PATCHES, original: MANY_PATCHES }],
  [/^(gpt-4\.1|gpt-5|gpt-5\.4|o4)-(mini|nano)|^gpt-5\.[23]|^gpt-5.*codex/, same(FEW_PATCHES)],
  [/^gpt-5\.4/, { auto: PATCHES, high: PATCHES, original: MANY_PATCHES }],
  [/^(chatgpt-4o|gpt-4|gpt-5|o1|o3|computer-use)/, same(TILES)],
]

/** @param model the provider's own name of it */
export function usefulSize(kind: ProviderKind, model: string, detail: Detail): UsefulSize {
  switch (kind) {
    case 'anthropic':
      return isHighResolutionClaude(model) ? CLAUDE_HIGH_RESOLUTION : CLAUDE
    case 'gemini':
      return GEMINI
    case 'groq':
      return GROQ
    case 'openai': {
      const known = OPENAI_MODELS.find(([pattern]) => pattern.test(model))?.[1]
      // Of the models of any other server nothing is known, so their images keep their size.
      if (known === undefined) return {}
      return detail === 'low' ? LOW : known[detail]
    }
  }
}

function same(size: UsefulSize): Readonly<Record<Exclude<Detail, 'low'>, UsefulSize>> {
  return { auto: size, high: size, original: size }
}

/** `claude-opus-4-7` and newer, `claude-sonnet-5`; not `claude-3-5-sonnet`, nor a date. */
function isHighResolutionClaude(model: string): boolean {
  const version = /^claude-[a-z]+-(\d{1,2})(?:-(\d{1,2}))?(?!\d)/.exec(model)
  if (version === null) return false
  const major = Number(version[1])
  return major > 4 || (major === 4 && Number(version[2] ?? 0) >= 7)
}

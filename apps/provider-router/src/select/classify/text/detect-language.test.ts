import { expect, test } from 'vitest'
import { detectLanguage } from './detect-language.ts'
import { foldText } from './fold-text.ts'

test.each([
  ['What is the difference between these two?', 'en'],
  ['Kannst du mir bitte erklären, wie das geht?', 'de'],
  ['Est-ce que tu peux m’expliquer la différence entre les deux ?', 'fr'],
  ['¿Puedes explicarme por qué el cielo es azul?', 'es'],
  ['Você pode me explicar como isso funciona?', 'pt'],
  ['Puoi spiegarmi come funziona questa cosa?', 'it'],
  ['Как это работает?', 'ru'],
  ['Як це працює і чому?', 'uk'],
  ['这是怎么工作的？', 'zh'],
  ['これはどう動きますか', 'ja'],
  ['이것은 어떻게 작동합니까', 'ko'],
  ['كيف يعمل هذا؟', 'ar'],
  ['این چگونه کار می‌کند؟ پاسخ', 'fa'],
  ['यह कैसे काम करता है?', 'hi'],
  ['Hoe werkt dit en wat is het verschil met dat?', 'nl'],
  ['how do I say 你好 to a friend', 'en'],
  ['12 + 30', null],
  ['zzz', null],
])('%j is %s', (text, language) => {
  expect(detectLanguage(text, foldText(text))).toBe(language)
})

import { expect, test } from 'vitest'
import { asksAboutIdentity } from './asks-about-identity.ts'

test.each([
  'Who are you?',
  'hi, WHO  ARE\nYOU',
  'What’s your name?',
  'Introduce yourself.',
  'Are you ChatGPT?',
  'Translate: „Ich bin Claude.“',
  'GPT4 or not?',
  'Which model am I talking to?',
  'Ποιος είσαι;',
  'πως σε λενε',
  'Ποιο μοντέλο απαντά;',
  'Wer bist du?',
  'Wie heisst du? Wie heißt du?',
  "Comment t'appelles-tu ?",
  'Comment t’appelles-tu ?',
  '¿Quién eres?',
  'quien eres',
  'Quem é você?',
  'Chi sei?',
  'Wie ben je?',
  'Kim jesteś?',
  'Кто ты?',
  'Какая ты модель?',
  'Хто ти?',
  'Kimsin?',
  '你是谁？',
  'あなたは誰ですか',
  'Claudeですか',
  '너는 누구야?',
  'من أنت؟',
  'من انت',
  'तुम कौन हो?',
  'Bạn là ai?',
  'Siapa kamu?',
])('%j asks who answers', (text) => {
  expect(asksAboutIdentity(text)).toBe(true)
})

test.each([
  '',
  'What is the capital of France?',
  'Who was Peter Lombard?',
  'Refactor this metadata reader.',
  'The bombardment of 1916',
  'Πόσο κάνει 2 + 2;',
  '今天天气怎么样？',
])('%j does not', (text) => {
  expect(asksAboutIdentity(text)).toBe(false)
})

test('a question is found at either end of a long text', () => {
  const text = 'lorem ipsum '.repeat(10_000)
  expect(asksAboutIdentity(text)).toBe(false)
  expect(asksAboutIdentity(`Who are you? ${text}`)).toBe(true)
  expect(asksAboutIdentity(`${text} Who are you?`)).toBe(true)
})

import { labelled, large, medium, small } from './labelled-prompt.ts'
import { GO_WORKER_POOL, JQUERY_PAGE, PYTHON_TRACEBACK } from './pasted-texts.ts'

const DIFF = `diff --git a/src/cart.ts b/src/cart.ts
@@ -12,7 +12,7 @@ export function total(items: Item[]) {
-  return items.reduce((sum, item) => sum + item.price, 0)
+  return items.reduce((sum, item) => sum + item.price * item.count, 0)`

const FLOATS = `\`\`\`js
const total = [0.1, 0.2].reduce((a, b) => { a + b })
console.log(total)
\`\`\``

export const codePrompts = labelled('code', {
  tuning: [
    small('how do i undo last git commit'),
    small('python list comprehension syntax'),
    small('regex for matching a german postcode'),
    small('center a div'),
    small('sql query to count users per country'),
    small('linux command to find files bigger than 1GB'),
    small('and in Python?', {
      before: ['write fizzbuzz in javascript', 'for (let i = 1; i <= 100; i++) { … }'],
    }),
    small('wie lösche ich einen lokalen branch in git'),
    medium('Write a function in TypeScript that debounces async calls, last result wins'),
    medium(`why does this happen\n\n${PYTHON_TRACEBACK}`),
    medium(`why does this log undefined?\n${FLOATS}`),
    medium(`Can you review this?\n\n${DIFF}`),
    medium('Schreib ein Bash-Skript, das alle JPGs in einem Ordner auf 1200 px verkleinert'),
    medium(
      "j'ai une NullPointerException à la ligne 42 quand la liste est vide, comment corriger?",
    ),
    medium('cómo hago un join de tres tablas en postgres y agrupo las ventas por mes?'),
    medium('escreva testes unitários para a função `parsePrice(text: string): number | null`'),
    medium('come faccio il deploy di una app flask con docker e nginx?'),
    medium('напиши телеграм-бота на python, который присылает погоду каждое утро'),
    medium('用Python写一个爬虫，抓取网页上所有图片并保存'),
    medium('JavaでCSVを読み込んで合計を計算するクラスを書いて'),
    medium('اكتب دالة بلغة بايثون تتحقق من صحة رقم الهاتف'),
    medium('पायथन में दो लिस्ट को मर्ज करने का फंक्शन लिखो'),
    medium('react useEffect runs twice on mount, how do i stop it fetching two times'),
    medium('write a dockerfile for a node app with a multi stage build'),
    large(
      `This deadlocks about once a day in production, and only under load. Why?\n${GO_WORKER_POOL}`,
    ),
    large('Design and implement a lock-free multi-producer queue in C++20, explain memory orders'),
    large(
      'Implement a distributed rate limiter with Redis and Lua for 40 replicas. It must survive a ' +
        'failover, never let more than 1 % over the limit through, and come with tests.',
    ),
    large(
      `Migrate this page to React with hooks and TypeScript, same behaviour:\n\n${JQUERY_PAGE}`,
    ),
    large('nope, still the same error', {
      before: [`fix this\n${PYTHON_TRACEBACK}`, 'Convert the amounts: int(row["amount"]).'],
    }),
    large('write a compiler for a small functional language to WebAssembly, with type inference'),
  ],
  heldOut: [],
})

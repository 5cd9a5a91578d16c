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
    large('yes please, do that', {
      before: [
        'Design a lock-free queue for many producers in C++20',
        'I would use a ring of slots with sequence numbers. Shall I write it out?',
      ],
    }),
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
    small('how do i see which process uses port 3000'),
    small('js check if array is empty'),
    small('git delete remote branch'),
    small('cuál es el comando para ver el espacio en disco en linux'),
    small('and how do i undo that', {
      before: ['how do i stash changes in git', 'Run git stash.'],
    }),
    medium('build me a simple pomodoro timer as a single html file'),
    medium('my for loop skips every second element when i remove items from the list, python'),
    medium(
      'was macht dieser code und kann man ihn kürzer schreiben?\n```python\nr=[]\nfor x in xs:\n    if x>0:\n        r.append(x*x)\n```',
    ),
    medium('Le bouton ne déclenche rien : `<button onclick="save">Enregistrer</button>`'),
    medium('Quiero validar un formulario con zod y react-hook-form, muéstrame un ejemplo'),
    medium(
      'npm ERR! code ERESOLVE could not resolve dependency peer react@"^17" from some-lib@2.1.0',
    ),
    medium(
      'なぜこのSQLは遅いのですか？ SELECT * FROM logs WHERE DATE(created_at) = CURDATE() ORDER BY id DESC',
    ),
    large(
      'Under load our Node service answers the wrong user about once in 100k requests. We keep the current user in a module variable. Explain exactly how that happens and redesign it.',
    ),
    large(
      'Write a garbage collected interpreter for a Lisp in Rust, with closures and tail calls, and tests',
    ),
    large('doesnt work either, now it hangs instead of crashing', {
      before: [
        `fix the crash please\n${GO_WORKER_POOL}`,
        'Close the channel while you hold the lock.',
      ],
    }),
    large(
      'Wir wollen von einer Oracle-Datenbank mit 4 TB auf Postgres umziehen, ohne Ausfall. Schreib einen Plan mit Skripten für den laufenden Abgleich und das Zurückgehen.',
    ),
  ],
  heldOut: [
    small('what flag makes grep case insensitive'),
    small('how to print without newline in python'),
    small('css make text bold'),
    small('wie liste ich alle dateien mit versteckten in der shell auf'),
    small('comment renommer une branche git'),
    small('same but in rust', {
      before: ['how do i read a file line by line in go', 'Use bufio.Scanner.'],
    }),
    medium('write a little cli in go that counts words per file and sorts the result'),
    medium('IndexError: list index out of range in line 12 but the list has 5 entries??'),
    medium(
      'Why is my useMemo recalculated on every render?\n```jsx\nconst list = useMemo(() => items.filter(f), [items, f])\n```',
    ),
    medium(
      'turn this callback code into promises: fs.readFile(p, (err, data) => { if (err) return cb(err); cb(null, data) })',
    ),
    medium(
      'Add pagination to this endpoint: app.get("/users", async (req, res) => { res.json(await db.users.all()) })',
    ),
    medium('Erklär mir den Unterschied zwischen Promise.all und Promise.allSettled mit Beispielen'),
    medium('haz una página web sencilla con un contador y un botón, html y js'),
    medium('preciso de uma regex que valide placa mercosul e testes para ela em javascript'),
    medium(
      'come ottimizzo questa query? SELECT c.id, COUNT(*) FROM clienti c LEFT JOIN ordini o ON o.cid = c.id GROUP BY c.id',
    ),
    medium('用C++写一个LRU缓存'),
    medium('파이썬으로 엑셀 파일을 읽어서 날짜별로 합계를 구하는 코드를 작성해 줘'),
    large(
      'Two of our services deadlock in Postgres when both update the same account rows in different order. Show how to reproduce it, fix it for good, and prove it with a test.',
    ),
    large(
      'Build me a complete booking app: Next.js, auth, payments, admin panel, emails, database schema and deployment, production ready',
    ),
    large(
      'Our Go service leaks goroutines, about 200 an hour, pprof shows them blocked on a channel send. How do I find and fix this?',
    ),
    large(
      'Implement a CRDT for collaborative rich text in TypeScript, explain why merges converge, and fuzz it',
    ),
    large('still not working. same output as before', {
      before: [
        'this query returns duplicates: select * from orders o join items i on i.order_id = o.id',
        'Add distinct: select distinct …',
      ],
    }),
    large(
      'спроектируй архитектуру платёжного сервиса на миллион пользователей: идемпотентность, шардирование, отказоустойчивость',
    ),
  ],
})

import { labelled, small } from './labelled-prompt.ts'

export const smallTalkPrompts = labelled('small-talk', {
  tuning: [
    small('hi'),
    small('hey whats up'),
    small('Thanks, that worked!!', {
      before: ['npm install fails with EACCES', 'Run it again with the folder owned by you.'],
    }),
    small('ok cool', { before: ['what is a closure in js', 'A function with its scope.'] }),
    small('guten morgen :)'),
    small('Danke dir, schönen Abend noch'),
    small('salut ça va ?'),
    small('hola, ¿qué tal?'),
    small('muito obrigado, ajudou demais'),
    small('ciao come stai'),
    small('привет, как дела?'),
    small('你好'),
    small('ありがとうございます！'),
    small('السلام عليكم'),
    small('नमस्ते, कैसे हो?'),
    small('👍'),
    small('lol'),
    small('are you a real person or a bot?'),
    small('tell me a joke'),
    small("i'm so bored rn"),
    small('good night, off to bed. had a really rough day at work but at least its over'),
    small('who made you?'),
    small('hello', { tools: ['search_web', 'send_email', 'create_event'] }),
  ],
  heldOut: [],
})

import { labelled, large, medium } from './labelled-prompt.ts'

const ASSISTANT = ['get_weather', 'search_web', 'create_event', 'list_events', 'send_email']
const HOME = ['set_light', 'set_heating', 'play_music']
const REPOSITORY = ['list_files', 'read_file', 'write_file', 'run_command', 'open_pull_request']

export const toolUsePrompts = labelled('tool-use', {
  tuning: [
    medium("what's the weather in Lisbon tomorrow?", { tools: ASSISTANT }),
    medium('book a table for 4 at Luigi’s on friday 8pm and put it in my calendar', {
      tools: ASSISTANT,
    }),
    medium('turn off the living room lights', { tools: HOME }),
    medium('search the web for the newest news on the rail strike', { tools: ASSISTANT }),
    medium('Trag mir morgen um 10 einen Zahnarzttermin ein', { tools: ASSISTANT }),
    medium('envoie un mail à Paul pour dire que j’arrive à 15h', { tools: ASSISTANT }),
    medium('busca en internet vuelos baratos a Roma en mayo', { tools: ASSISTANT }),
    medium('coloca um lembrete pra sexta às 9', { tools: ASSISTANT }),
    medium('metti la musica in cucina', { tools: HOME }),
    medium('включи свет на кухне', { tools: HOME }),
    medium('帮我查一下明天北京的天气', { tools: ASSISTANT }),
    medium('明日の予定を教えて', { tools: ASSISTANT }),
    medium('open my calendar and delete all meetings on friday'),
    medium('what is on my calendar today?', {
      tools: ASSISTANT,
      toolAnswers: ['[{"title":"Stand-up","start":"09:30"},{"title":"Dentist","start":"15:00"}]'],
    }),
    medium('Ticket 4711: customer cannot log in', {
      system: 'Route the ticket by calling one of the tools.',
      tools: ['route_to_billing', 'route_to_support'],
      options: { tool_choice: 'required' },
    }),
    large(
      'Go through the repository, find out why the tests of the cart fail since yesterday, fix it ' +
        'without touching the public API, run everything and open a pull request',
      { tools: REPOSITORY },
    ),
    large(
      'Find the three cheapest flights to Oslo in the first week of May, compare them with the ' +
        'train, check my calendar for conflicts, then mail me a table and book the best one',
      { tools: ASSISTANT },
    ),
    large('rename the config option everywhere, update the docs and make the tests pass', {
      tools: REPOSITORY,
      toolAnswers: [
        'src/config.ts\nsrc/main.ts\ndocs/options.md\ntest/config.test.ts',
        'export const maxRetries = Number(process.env.MAX_RETRIES ?? 3)',
        'FAIL test/config.test.ts: expected 5 but got undefined',
      ],
    }),
    medium('any rain tonight?', { tools: ASSISTANT }),
    medium('move my 3pm to thursday', { tools: ASSISTANT }),
    medium('Mach es im Bad wärmer, so 22 Grad', { tools: HOME }),
    medium('¿qué tengo mañana por la mañana?', { tools: ASSISTANT }),
    medium('дай знать Ольге, что встреча отменяется', { tools: ASSISTANT }),
    medium('show me the readme', { tools: REPOSITORY }),
    medium('8pm instead', {
      tools: ASSISTANT,
      before: ['book a table at Luigi’s for 7', 'Luigi’s is full at 7. Another time?'],
    }),
    medium('set an alarm for half past six and wake me with some jazz'),
    medium('Which customers are late?', {
      tools: ['query_database'],
      toolAnswers: ['[{"customer":"Ada","days":12},{"customer":"Bo","days":3}]'],
    }),
    large(
      'Look at the last five failing builds, work out whether they share a cause, patch it, add a ' +
        'regression test and get the pipeline green again',
      { tools: REPOSITORY },
    ),
    large(
      'Plan my trip to Vienna next month: look for hotels near the fair, check trains and my calendar, ' +
        'reserve what fits, and send the whole thing to Eva for approval',
      { tools: ASSISTANT },
    ),
    large('upgrade the framework to the next major version and fix whatever breaks', {
      tools: REPOSITORY,
      toolAnswers: [
        'package.json\nsrc/app.ts',
        '"framework": "^4.2.0"',
        '14 type errors in 6 files',
      ],
    }),
  ],
  heldOut: [
    medium('how cold is it outside', { tools: ASSISTANT }),
    medium('tell Mia i am running 10 minutes late', { tools: ASSISTANT }),
    medium('Rollläden runter und Licht auf 30 Prozent', { tools: HOME }),
    medium('est-ce que j’ai quelque chose jeudi soir ?', { tools: ASSISTANT }),
    medium('cancela la cita del dentista', { tools: ASSISTANT }),
    medium('toca um samba na sala', { tools: HOME }),
    medium('which files mention the rate limit?', { tools: REPOSITORY }),
    medium('给妈妈发邮件说我周末回家', { tools: ASSISTANT }),
    medium('what is the status of order 88123', { tools: ['get_order', 'refund_order'] }),
    medium('no, the other one', {
      tools: HOME,
      before: ['turn on the lamp', 'I turned on the lamp in the hall.'],
    }),
    medium('wake me at 6:40 tomorrow and remind me to take the bins out'),
    large(
      'Check every open pull request, rebase those that are behind, run the tests, comment on what ' +
        'fails and merge what is green and approved',
      { tools: REPOSITORY },
    ),
    large(
      'Collect the prices of the ten suppliers in my inbox, look up their delivery times on the web, ' +
        'put everything into one table, pick the best and draft an order for me to sign',
      { tools: ASSISTANT },
    ),
    large('split the payments module out of the monolith', {
      tools: REPOSITORY,
      toolAnswers: [
        'src/payments.ts\nsrc/orders.ts\nsrc/users.ts',
        'import { orders } from "./orders.ts"',
        'import { charge } from "./payments.ts"',
        'FAIL 12 tests',
      ],
    }),
  ],
})

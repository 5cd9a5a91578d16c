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
  ],
  heldOut: [],
})

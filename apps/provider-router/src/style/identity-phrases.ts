/**
 * Parts of questions after who or what answers, by language. In doubt a phrase is here: all that it costs is that an
 * answer keeps its boilerplate.
 */
const PHRASES: Readonly<Record<string, string>> = {
  en: `
    who are you, who're you, who r u, who you are, who am i talking, who am i speak, what are you,
    what r u, what you are, your name, call you, yourself, are you an ai, are you a bot,
    are you a robot, are you a chat, are you a human, are you a person, are you a machine,
    are you a program, are you a language, are you human, are you real, are you based,
    are you running, are you powered, where are you from, made you, created you, built you,
    trained you, developed you, behind you, were you made, were you created, were you built,
    were you trained, your maker, your creator, your developer, your model, your version,
    what model, which model, what ai, which ai, what llm, which llm, language model, ai model,
    ai assistant, chatbot, system prompt`,
  el: `
    ποιος είσαι, ποια είσαι, ποιο είσαι, ποιος είστε, τι είσαι, τι είστε, είσαι άνθρωπος,
    πώς σε λένε, πώς λέγεσαι, πώς ονομάζεσαι, όνομα σου, όνομα σας, συστήσου, τον εαυτό σου,
    για σένα, ποια εταιρεία, ποιο μοντέλο, τι μοντέλο, γλωσσικό μοντέλο, ποια τεχνητή, είσαι ρομπότ,
    είσαι ένα μοντέλο, ποιος σε έφτιαξε, ποιος σε δημιούργησε, ποιος σε ανέπτυξε,
    ποιος σε εκπαίδευσε, ποιος σε έχει`,
  de: `
    wer bist du, wer sind sie, was bist du, was sind sie, bist du ein, wie heißt du, wie heißen sie,
    dein name, deinen namen, ihr name, ihren namen, stell dich, stellen sie sich, über dich,
    wer hat dich, wer hat sie, welches modell, welche ki, welches sprachmodell, was für ein modell`,
  fr: `
    qui es-tu, qui es tu, tu es qui, t'es qui, qui êtes-vous, qui êtes vous, qu'es-tu, es-tu un,
    es-tu le, êtes-vous un, t'appelles, vous appelez, ton nom, votre nom, présente-toi,
    présentez-vous, qui t'a, qui vous a, quel modèle, quelle ia, parle-moi de toi`,
  es: `
    quién eres, qué eres, quién es usted, cómo te llamas, cómo se llama usted, tu nombre, su nombre,
    preséntate, eres un, quién te, sobre ti, háblame de ti, qué modelo, cuál modelo, qué ia,
    qué inteligencia`,
  pt: `
    quem é você, quem é voce, quem és, o que é você, o que você é, você é um, seu nome, teu nome,
    você se chama, te chamas, apresente-se, apresenta-te, quem te, criou você, fez você, sobre você,
    que modelo, qual modelo`,
  it: `
    chi sei, cosa sei, sei un, come ti chiami, tuo nome, presentati, chi ti ha, parlami di te,
    che modello, quale modello`,
  nl: `
    wie ben je, wie ben jij, wie bent u, wat ben je, wat ben jij, ben je een, ben jij een,
    hoe heet je, hoe heet u, je naam, jouw naam, jezelf, wie heeft je, wie heeft jou, welk model`,
  pl: `
    kim jesteś, czym jesteś, jak się nazywasz, masz na imię, twoje imię, przedstaw się, kto cię,
    jaki model, jakim modelem, jesteś modelem`,
  ru: `
    кто ты, ты кто, кто вы, вы кто, что ты такое, тебя зовут, вас зовут, твоё имя, ваше имя,
    представься, представьтесь, кто тебя, кто вас, о себе, какая модель, какая ты модель,
    какая нейросеть, чатгпт`,
  uk: `
    хто ти, ти хто, хто ви, тебе звати, вас звати, твоє ім'я, хто тебе, про себе, яка модель,
    яка ти модель`,
  tr: `
    kimsin, sen nesin, nesin sen, adın ne, adınız ne, ismin ne, kendini tanıt, kendinizi tanıt,
    seni kim, sizi kim, hangi model, sen bir`,
  zh: `
    你是谁, 您是谁, 你是誰, 您是誰, 你是什么, 您是什么, 你是什麼, 你是不是, 你叫什么, 您叫什么,
    你叫什麼, 你的名字, 您的名字, 自我介绍, 自我介紹, 你自己, 谁开发, 誰開發, 谁创造, 谁训练,
    谁做的, 哪家公司, 什么模型, 什麼模型, 哪个模型, 哪個模型`,
  ja: `
    あなたは誰, あなたはだれ, 君は誰, あなたは何, 何者, あなたの名前, お名前, 名前は何, 名前を教え,
    自己紹介, 誰が作, 誰に作, 誰が開発, どのモデル, 何のモデル, あなたについて`,
  ko: `
    누구세요, 누구야, 누구니, 누구입니까, 누구예요, 넌 누구, 너는 뭐, 넌 뭐, 이름이 뭐, 이름이 무엇,
    이름은 뭐, 자기소개, 자기 소개, 누가 만들, 누가 개발, 어떤 모델, 무슨 모델`,
  ar: `
    من أنت, ما أنت, هل أنت, ما اسمك, ما هو اسمك, عرف بنفسك, عن نفسك, من صنعك, من طورك, من أنشأك,
    من دربك, أي نموذج`,
  hi: `
    तुम कौन, आप कौन, तू कौन, तुम क्या हो, आप क्या हैं, तुम्हारा नाम, आपका नाम, अपना परिचय,
    अपने बारे में, किसने बनाया, कौन सा मॉडल, कौनसा मॉडल`,
  vi: `
    bạn là ai, bạn là gì, tên bạn, tên của bạn, bạn tên, bản thân, tạo ra bạn, mô hình nào`,
  id: `
    siapa kamu, kamu siapa, siapa anda, anda siapa, namamu, nama kamu, nama anda, perkenalkan diri,
    dirimu, model apa`,
}

export const IDENTITY_PHRASES: readonly string[] = Object.values(PHRASES).flatMap((phrases) =>
  phrases.split(',').map((phrase) => phrase.trim()),
)

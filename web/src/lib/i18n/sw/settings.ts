import type { settings as english } from '../en/settings'

/** The texts of the settings of the workspace. */
export const settings: typeof english = {
  workspace: 'Nafasi ya kazi',
  you: 'Wewe',
  about: 'Kila mpangilio unahusu nafasi yote ya kazi.',
  readOnly: 'Msimamizi anaweza kubadilisha haya.',
  saved: 'Mipangilio imehifadhiwa.',
  time_zone: { label: 'Saa za eneo', help: 'Ambamo siku huanza na kuisha. Tarehe za vichujio, ratiba na ukurasa huu huifuata.' },
  week_start: { label: 'Siku ya kwanza ya wiki', help: 'Vichujio vya wiki nzima huifuata, kwa hiyo watu wanaweza kuingia na kutoka makundini.' },
  days: { monday: 'Jumatatu', sunday: 'Jumapili', saturday: 'Jumamosi' },
  currency: { label: 'Sarafu', help: 'Sarafu ya sifa mpya za fedha. Herufi tatu, kama KES au EUR.' },
  phone_region: {
    label: 'Eneo la simu', help: 'Namba za simu bila + husomwa kama za nchi hii.', none: 'Hakuna: namba zenye + pekee hukubaliwa',
    clear: 'Bila eneo la simu',
  },
  keep_history: { label: 'Hifadhi historia kwa', help: 'Historia ya zamani zaidi huondolewa. Iache tupu ili kuhifadhi yote.' },
  reopen_within: { label: 'Fungua tena mazungumzo ndani ya', help: 'Ujumbe unaokuja ndani ya muda huu baada ya mazungumzo kumalizika huyafungua tena. Wa baadaye huanza mazungumzo mapya.' },
  ai_people_per_hour: { label: 'Watu ambao msaidizi anaweza kusoma kwa saa', help: 'Kwa kila ufunguo wa upeo Msaidizi. 0 ni hakuna.' },
  link_companies_by_domain: {
    label: 'Unganisha kampuni kwa kikoa cha barua pepe',
    help: 'Mtu anayeundwa bila kampuni hupata ile yenye kikoa cha barua pepe yake.',
  },
  password: {
    set: 'Weka nenosiri',
    change: 'Badilisha nenosiri lako',
    help: 'Kwa barua pepe yako {{email}} na nenosiri unaingia bila kiungo. Ukilihifadhi, utatolewa mahali pengine pote ulipoingia.',
    current: 'Nenosiri la sasa',
    new: 'Nenosiri jipya',
    newHelp: 'Angalau herufi 12, za aina yoyote.',
    save: 'Hifadhi nenosiri',
    saved: 'Nenosiri limehifadhiwa.',
  },
}

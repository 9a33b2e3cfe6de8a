/** PhonePlan says how numbers of a country are made and written; `#` stands for one digit of the national number. */
export interface PhonePlan {
  readonly dial: string;
  /** Digits of a whole national number. */
  readonly length: number;
  /** Beginnings of national numbers. */
  readonly starts: readonly string[];
  /** Ways in which people there write a number. */
  readonly formats: readonly string[];
}

/** Country is what made-up people of a country have in common. */
export interface Country {
  /** ISO 3166-1 alpha-2. */
  readonly code: string;
  readonly team: 'emea' | 'amer' | 'apac';
  readonly currency: string;
  /** Key of the name lists. */
  readonly names: string;
  /** Town and postcode; in the postcode `#` stands for a digit and `@` for a letter. */
  readonly cities: readonly (readonly [town: string, postcode: string])[];
  readonly streets: readonly string[];
  readonly numberFirst: boolean;
  /** How common the country is. */
  readonly weight: number;
  readonly phone: PhonePlan;
}

const cities = (text: string): (readonly [string, string])[] =>
  text.split(',').map((part) => {
    const [town = '', postcode = ''] = part.split('|');
    return [town.trim(), postcode.trim()] as const;
  });
const list = (text: string): string[] => text.split(',').map((part) => part.trim());

const germanStreets = list('Hauptstraße,Bahnhofstraße,Gartenweg,Lindenallee,Schillerstraße,Goetheplatz,Am Mühlbach,Bergstraße,Rosenweg,Kirchgasse');
const englishStreets = list('High Street,Station Road,Church Lane,Mill Road,Park Avenue,Victoria Street,Queens Road,Green Lane,Bridge Street,Kings Way');
const spanishStreets = list('Calle Mayor,Avenida de la Paz,Calle del Sol,Plaza Nueva,Calle San Juan,Paseo del Río,Calle Jardín,Avenida Central');
const portugueseStreets = list('Rua das Flores,Avenida da Liberdade,Rua Direita,Rua do Sol,Travessa São João,Rua Nova,Praça Central,Rua da Fonte');

/** countries are those in which made-up contacts live. */
export const countries: readonly Country[] = [
  { code: 'DE', team: 'emea', currency: 'EUR', names: 'de', weight: 16, numberFirst: false, streets: germanStreets,
    cities: cities('Berlin|10###,Hamburg|20###,München|80###,Köln|50###,Frankfurt am Main|60###,Leipzig|04###,Nürnberg|90###,Münster|48###'),
    phone: { dial: '49', length: 11, starts: list('1511,1512,1515,1520,1522,1573'), formats: list('0#### #######,0####/#######,+49 #### #######,0049 #### #######,(0####) ### ####,+49 (0) #### #######') } },
  { code: 'AT', team: 'emea', currency: 'EUR', names: 'de', weight: 3, numberFirst: false, streets: germanStreets,
    cities: cities('Wien|10#0,Graz|80#0,Linz|40#0,Salzburg|50#0,Innsbruck|60#0'),
    phone: { dial: '43', length: 10, starts: list('664,676,699,650'), formats: list('0### #######,0###/## ## ###,+43 ### #######,0043 ### ### ## ##') } },
  { code: 'CH', team: 'emea', currency: 'CHF', names: 'de', weight: 4, numberFirst: false, streets: germanStreets,
    cities: cities('Zürich|80##,Bern|30##,Basel|40##,Luzern|60##,St. Gallen|90##'),
    phone: { dial: '41', length: 9, starts: list('76,78,79'), formats: list('0## ### ## ##,+41 ## ### ## ##,0041 ## #######,0##/###.##.##') } },
  { code: 'GB', team: 'emea', currency: 'GBP', names: 'en', weight: 12, numberFirst: true, streets: englishStreets,
    cities: cities('London|EC#A #@@,Manchester|M# #@@,Birmingham|B# #@@,Leeds|LS# #@@,Bristol|BS# #@@,Edinburgh|EH# #@@'),
    phone: { dial: '44', length: 10, starts: list('7400,7711,7788,7850,7973'), formats: list('0#### ######,+44 #### ######,0044 #### ### ###,(0####) ######,+44 (0)#### ######') } },
  { code: 'IE', team: 'emea', currency: 'EUR', names: 'en', weight: 2, numberFirst: true, streets: englishStreets,
    cities: cities('Dublin|D0# @###,Cork|T12 @###,Galway|H91 @###,Limerick|V94 @###'),
    phone: { dial: '353', length: 9, starts: list('85,86,87'), formats: list('0## ### ####,+353 ## ### ####,(0##) #######') } },
  { code: 'US', team: 'amer', currency: 'USD', names: 'en', weight: 18, numberFirst: true, streets: list('Main Street,Oak Avenue,Maple Drive,2nd Street,Washington Boulevard,Lake Road,Sunset Drive,Pine Street,Elm Street,Broadway'),
    cities: cities('New York|100##,Chicago|606##,Austin|787##,Seattle|981##,Denver|802##,Boston|021##,Portland|972##,Atlanta|303##'),
    phone: { dial: '1', length: 10, starts: list('2122,3123,4154,6174,7023,2065,3034,5123'), formats: list('(###) ###-####,###-###-####,###.###.####,+1 ### ### ####,1-###-###-####') } },
  { code: 'CA', team: 'amer', currency: 'CAD', names: 'en', weight: 5, numberFirst: true, streets: englishStreets,
    cities: cities('Toronto|M5V #@#,Vancouver|V6B #@#,Calgary|T2P #@#,Ottawa|K1P #@#,Montréal|H3B #@#'),
    phone: { dial: '1', length: 10, starts: list('4162,6044,5143,4032,6132'), formats: list('(###) ###-####,###-###-####,+1 ### ###-####') } },
  { code: 'FR', team: 'emea', currency: 'EUR', names: 'fr', weight: 9, numberFirst: true, streets: list('rue de la Paix,avenue Victor Hugo,rue des Écoles,boulevard Saint-Michel,rue du Moulin,place de la République,rue Pasteur,allée des Tilleuls'),
    cities: cities('Paris|7500#,Lyon|6900#,Marseille|1300#,Toulouse|31#00,Nantes|44#00,Besançon|25000'),
    phone: { dial: '33', length: 9, starts: list('61,62,66,68,77'), formats: list('0# ## ## ## ##,0#.##.##.##.##,+33 # ## ## ## ##,0033 # ## ## ## ##,+33 (0)# ## ## ## ##') } },
  { code: 'NL', team: 'emea', currency: 'EUR', names: 'nl', weight: 4, numberFirst: false, streets: list('Dorpsstraat,Kerkstraat,Stationsweg,Molenlaan,Julianastraat,Prinsengracht,Schoolstraat'),
    cities: cities('Amsterdam|10## @@,Rotterdam|30## @@,Utrecht|35## @@,Eindhoven|56## @@'),
    phone: { dial: '31', length: 9, starts: list('61,62,64,65'), formats: list('0#-########,0# ## ## ## ##,+31 # ########,0031 # ########') } },
  { code: 'ES', team: 'emea', currency: 'EUR', names: 'es', weight: 6, numberFirst: false, streets: spanishStreets,
    cities: cities('Madrid|280##,Barcelona|080##,Valencia|460##,Sevilla|410##,Málaga|290##'),
    phone: { dial: '34', length: 9, starts: list('61,62,65,66,69'), formats: list('### ## ## ##,### ### ###,+34 ### ### ###,0034 ###-##-##-##') } },
  { code: 'IT', team: 'emea', currency: 'EUR', names: 'it', weight: 6, numberFirst: false, streets: list('Via Roma,Via Garibaldi,Corso Italia,Piazza Dante,Via Verdi,Viale Europa,Via Mazzini,Via dei Mille'),
    cities: cities('Roma|001##,Milano|201##,Torino|101##,Bologna|401##,Forlì|47121'),
    phone: { dial: '39', length: 10, starts: list('320,328,333,347,349'), formats: list('### ### ####,###/#######,+39 ### #######,0039 ### ### ####') } },
  { code: 'PT', team: 'emea', currency: 'EUR', names: 'pt', weight: 2, numberFirst: false, streets: portugueseStreets,
    cities: cities('Lisboa|1##0-###,Porto|4##0-###,Braga|47#0-###,Évora|70#0-###'),
    phone: { dial: '351', length: 9, starts: list('91,93,96'), formats: list('### ### ###,+351 ### ### ###,00351 #########') } },
  { code: 'BR', team: 'amer', currency: 'BRL', names: 'pt', weight: 6, numberFirst: false, streets: portugueseStreets,
    cities: cities('São Paulo|01###-###,Rio de Janeiro|20###-###,Belo Horizonte|30###-###,Brasília|70###-###'),
    phone: { dial: '55', length: 11, starts: list('1199,2198,3199'), formats: list('(##) #####-####,+55 ## #####-####,## # #### ####') } },
  { code: 'MX', team: 'amer', currency: 'MXN', names: 'es', weight: 4, numberFirst: false, streets: spanishStreets,
    cities: cities('Ciudad de México|06###,Guadalajara|44###,Monterrey|64###,Mérida|97###'),
    phone: { dial: '52', length: 10, starts: list('551,552,331,811'), formats: list('## #### ####,(##) #### ####,+52 ## #### ####') } },
  { code: 'PL', team: 'emea', currency: 'PLN', names: 'pl', weight: 5, numberFirst: false, streets: list('ul. Długa,ul. Polna,ul. Słoneczna,ul. Leśna,al. Jerozolimskie,ul. Kościuszki,ul. Krótka'),
    cities: cities('Warszawa|00-###,Kraków|30-###,Łódź|90-###,Wrocław|50-###,Gdańsk|80-###'),
    phone: { dial: '48', length: 9, starts: list('501,512,601,661,691'), formats: list('### ### ###,###-###-###,+48 ### ### ###,0048 #########') } },
  { code: 'CZ', team: 'emea', currency: 'CZK', names: 'cs', weight: 2, numberFirst: false, streets: list('Hlavní,Nádražní,Školní,Zahradní,Husova,Masarykova'),
    cities: cities('Praha|1## 00,Brno|6## 00,Ostrava|7## 00,Plzeň|3## 00'),
    phone: { dial: '420', length: 9, starts: list('602,603,605,720,777'), formats: list('### ### ###,+420 ### ### ###,00420#########') } },
  { code: 'SE', team: 'emea', currency: 'SEK', names: 'sv', weight: 3, numberFirst: false, streets: list('Storgatan,Kungsgatan,Drottninggatan,Skolvägen,Björkvägen,Järnvägsgatan'),
    cities: cities('Stockholm|11# ##,Göteborg|41# ##,Malmö|21# ##,Västerås|72# ##'),
    phone: { dial: '46', length: 9, starts: list('70,72,73,76'), formats: list('0##-### ## ##,+46 ## ### ## ##,0##-#######') } },
  { code: 'NO', team: 'emea', currency: 'NOK', names: 'sv', weight: 2, numberFirst: false, streets: list('Storgata,Kirkeveien,Skolegata,Strandveien,Bjørkeveien'),
    cities: cities('Oslo|01##,Bergen|50##,Trondheim|70##,Tromsø|90##'),
    phone: { dial: '47', length: 8, starts: list('40,41,45,90,92'), formats: list('### ## ###,+47 ### ## ###,## ## ## ##') } },
  { code: 'DK', team: 'emea', currency: 'DKK', names: 'sv', weight: 2, numberFirst: false, streets: list('Vestergade,Nørregade,Østergade,Skovvej,Kirkevej'),
    cities: cities('København|1###,Aarhus|80##,Odense|50##,Aalborg|90##'),
    phone: { dial: '45', length: 8, starts: list('20,21,26,30,40,51'), formats: list('## ## ## ##,+45 ## ## ## ##,#### ####') } },
  { code: 'FI', team: 'emea', currency: 'EUR', names: 'fi', weight: 2, numberFirst: false, streets: list('Mannerheimintie,Koulukatu,Rantatie,Kirkkokatu,Mäkitie'),
    cities: cities('Helsinki|00##0,Tampere|33##0,Turku|20##0,Jyväskylä|40##0'),
    phone: { dial: '358', length: 9, starts: list('40,44,50'), formats: list('0## ### ####,+358 ## #######,0##-#######') } },
  { code: 'TR', team: 'emea', currency: 'TRY', names: 'tr', weight: 3, numberFirst: false, streets: list('Atatürk Caddesi,Cumhuriyet Caddesi,İstiklal Caddesi,Gül Sokak,Çınar Sokak'),
    cities: cities('İstanbul|34###,Ankara|06###,İzmir|35###,Muğla|48###'),
    phone: { dial: '90', length: 10, starts: list('505,532,533,542'), formats: list('0### ### ## ##,+90 ### ### ## ##,(0###) ### ####') } },
  { code: 'AU', team: 'apac', currency: 'AUD', names: 'en', weight: 5, numberFirst: true, streets: englishStreets,
    cities: cities('Sydney|20##,Melbourne|30##,Brisbane|40##,Perth|60##'),
    phone: { dial: '61', length: 9, starts: list('412,413,423,438'), formats: list('0### ### ###,+61 ### ### ###,(0###) ######') } },
  { code: 'IN', team: 'apac', currency: 'INR', names: 'in', weight: 7, numberFirst: true, streets: list('MG Road,Station Road,Gandhi Nagar,Park Street,Lake View Road,Nehru Marg'),
    cities: cities('Mumbai|4000##,Bengaluru|5600##,New Delhi|1100##,Chennai|6000##,Pune|4110##'),
    phone: { dial: '91', length: 10, starts: list('981,982,987,989'), formats: list('##### #####,0##########,+91 ##### #####,+91-##########') } },
  { code: 'JP', team: 'apac', currency: 'JPY', names: 'ja', weight: 4, numberFirst: true, streets: list('Chuo,Honcho,Sakuragaoka,Minami,Higashi'),
    cities: cities('Tokyo|10#-00##,Osaka|53#-00##,Nagoya|46#-00##,Sapporo|06#-00##'),
    phone: { dial: '81', length: 10, starts: list('901,802,703'), formats: list('0##-####-####,+81 ## #### ####,0##########') } },
];

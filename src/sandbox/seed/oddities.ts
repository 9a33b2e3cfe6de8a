import type { Random } from '../engine/random.js';

/** ForeignPerson is a person whose particulars are not in Latin letters. */
export interface ForeignPerson {
  readonly country: string;
  readonly first: string;
  readonly last: string;
  readonly street: string;
  readonly city: string;
  readonly postcode: string;
  readonly phone: string;
}

/** foreignPeople write from right to left, in ideographs, syllables, combined letters and letters beyond 16 bits. */
export const foreignPeople: readonly ForeignPerson[] = [
  { country: 'JP', first: '太郎', last: '山田', street: '丸の内1丁目9-2', city: '東京都千代田区', postcode: '100-0005', phone: '090-1234-5678' },
  { country: 'JP', first: 'さくら', last: '𠮷野', street: '本町4-1-13', city: '大阪市中央区', postcode: '541-0053', phone: '080-2345-6789' },
  { country: 'CN', first: '伟', last: '王', street: '建国路88号', city: '北京市朝阳区', postcode: '100022', phone: '138 0013 8000' },
  { country: 'KR', first: '민준', last: '김', street: '세종대로 110', city: '서울특별시', postcode: '04524', phone: '010-2345-6789' },
  { country: 'IL', first: 'נועה', last: 'כהן', street: 'רחוב הרצל 12', city: 'תל אביב', postcode: '6688312', phone: '054-234-5678' },
  { country: 'AE', first: 'محمد', last: 'الهاشمي', street: 'شارع الشيخ زايد 21', city: 'دبي', postcode: '', phone: '050 123 4567' },
  { country: 'EG', first: 'فاطمة', last: 'عبد الرحمن', street: 'شارع التحرير ٤٥', city: 'القاهرة', postcode: '11511', phone: '0100 123 4567' },
  { country: 'GR', first: 'Ελένη', last: 'Παπαδοπούλου', street: 'Ερμού 24', city: 'Αθήνα', postcode: '105 63', phone: '694 123 4567' },
  { country: 'UA', first: 'Олександр', last: 'Шевченко', street: 'вул. Хрещатик, 22', city: 'Київ', postcode: '01001', phone: '050 123 45 67' },
  { country: 'IN', first: 'अनुष्का', last: 'शर्मा', street: 'महात्मा गांधी मार्ग 7', city: 'नई दिल्ली', postcode: '110001', phone: '098100 12345' },
  { country: 'TH', first: 'สมชาย', last: 'ใจดี', street: 'ถนนสุขุมวิท 99', city: 'กรุงเทพมหานคร', postcode: '10110', phone: '081 234 5678' },
  { country: 'VN', first: 'Nguyễn Thị', last: 'Ngọc Ánh', street: '12 Lý Thường Kiệt', city: 'Hà Nội', postcode: '100000', phone: '091 234 56 78' },
  { country: 'IS', first: 'Þórdís', last: 'Guðmundsdóttir', street: 'Laugavegur 5', city: 'Reykjavík', postcode: '101', phone: '611 1234' },
  { country: 'GB', first: 'Zoë', last: 'Fitz-Gerald de la Zouche', street: 'Flat 3/B, “The Old Mill”', city: 'Ashby-de-la-Zouch', postcode: 'LE65 1AA', phone: '07400 123456' },
];

/** smileys are emoji of one, two and more code points. */
export const smileys: readonly string[] = ['🙂', '🎉', '👍🏽', '👩‍👩‍👧‍👦', '🇪🇺', '❤️', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '💼'];

const sentences: readonly string[] = [
  'Asked for the price list and a call back next week. ', 'Moved to the new office, the old address is no longer valid. ',
  'Prefers to be called in the morning. ', 'Renewal is due in spring; discount was promised by the former manager. ',
  'Sent the contract by post, no reply so far. ', 'Zahlungsziel 30 Tage wurde mündlich vereinbart. ', 'Voir le compte rendu de la réunion. ',
  'Línea nueva: "no llamar después de las 18:00". ', '<b>imported</b> from the old system &amp; not checked. ',
];

/** longText is about ten thousand characters of notes. */
export function longText(random: Random): string {
  let text = '';
  while (text.length < 10_000) text += random.pick(sentences);
  return text;
}

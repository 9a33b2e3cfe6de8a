import { Random } from '../engine/random.js';
import { fillPattern } from './people.js';
import type { Country } from './countries.js';
import { countries } from './countries.js';

/** Company is a made-up company with tidy particulars. */
export interface Company {
  readonly name: string;
  readonly domain: string;
  readonly country: Country;
  readonly vatId: string;
  /** In whole units of the country's currency. */
  readonly revenue: number;
}

const openings = 'Nordwind Alpen Blue Ridge Silver Castle Green Atlas Delta Orion Vertex Summit Harbour Meridian Cobalt Lumen Quarry Cedar Falcon Granite Ember Juniper Kestrel Larch Maple Onyx Pebble Quartz Raven Saffron Tundra Umbra Willow Zenith'.split(' ');
const trades = 'Logistics Foods Systems Textiles Energy Robotics Media Pharma Optics Steel Software Travel Ceramics Finance Marine Printing Tools Labs Motors Furniture'.split(' ');
const legalForms: Readonly<Record<string, readonly string[]>> = {
  DE: ['GmbH', 'AG', 'GmbH & Co. KG'], AT: ['GmbH'], CH: ['AG', 'GmbH'], GB: ['Ltd', 'plc'], IE: ['Ltd'], US: ['Inc.', 'LLC', 'Corp.'],
  CA: ['Inc.'], FR: ['SAS', 'S.A.R.L.'], NL: ['B.V.'], ES: ['S.L.', 'S.A.'], IT: ['S.r.l.', 'S.p.A.'], PT: ['Lda.'], BR: ['Ltda.'],
  MX: ['S.A. de C.V.'], PL: ['sp. z o.o.'], CZ: ['s.r.o.'], SE: ['AB'], NO: ['AS'], DK: ['A/S'], FI: ['Oy'], TR: ['A.Ş.'],
  AU: ['Pty Ltd'], IN: ['Pvt. Ltd.'], JP: ['K.K.'],
};
const vatPatterns: Readonly<Record<string, string>> = {
  DE: 'DE#########', AT: 'ATU########', CH: 'CHE-###.###.###', GB: 'GB#########', IE: 'IE#######@', US: '##-#######', FR: 'FR###########',
  NL: 'NL#########B##', ES: 'ESB########', IT: 'IT###########', PT: 'PT#########', PL: 'PL##########', CZ: 'CZ########', SE: 'SE##########01',
  NO: 'NO#########MVA', DK: 'DK########', FI: 'FI########',
};

/** companyAt makes the n-th company of a seed; its name and domain are its own. */
export function companyAt(seed: number, index: number): Company {
  const random = Random.at(seed ^ 0x51ed, index);
  const country = random.pick(countries);
  const opening = openings[index % openings.length] as string;
  const trade = trades[Math.floor(index / openings.length) % trades.length] as string;
  const round = Math.floor(index / (openings.length * trades.length));
  const number = round === 0 ? '' : ` ${round + 1}`;
  const form = random.pick(legalForms[country.code] ?? ['Ltd']);
  const suffix = `${round === 0 ? '' : `-${round + 1}`}${seed === 1 ? '' : `-${seed.toString(36)}`}`;
  return {
    name: `${opening} ${trade}${number} ${form}`,
    domain: `${opening}-${trade}${suffix}.example`.toLowerCase(),
    country,
    vatId: fillPattern(vatPatterns[country.code] ?? '###########', random),
    revenue: Math.floor(10 ** (4 + random.next() * 5)),
  };
}

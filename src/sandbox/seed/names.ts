/** NameLists are given and family names of a language. */
export interface NameLists {
  readonly first: readonly string[];
  readonly last: readonly string[];
}

const names = (first: string, last: string): NameLists => ({ first: first.split(' '), last: last.split(' ') });

/** nameLists are by language; all are in Latin letters. */
export const nameLists: Readonly<Record<string, NameLists>> = {
  de: names(
    'Anna Lukas Sophie Maximilian Jürgen Käthe Friederike Paul Lena Jonas Björn Ute Günther Heike Stefan Sabine Matthias Claudia Uwe Petra Tobias Franziska Sebastian Nadine Florian Katharina Dominik Jana Rüdiger Anneliese',
    'Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Werner Krause Lehmann Köhler Böhm Jäger Groß Weiß Günther Voß Brinkmann Fuchs Möller',
  ),
  en: names(
    'James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica Thomas Sarah Charles Karen Christopher Lisa Daniel Nancy Matthew Sandra Anthony Ashley Mark Emily Siobhan Rhys',
    "Smith Johnson Williams Brown Jones Garcia Miller Davis Wilson Anderson Taylor Moore Jackson Martin Lee Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott Hill Green Adams Baker Nelson Carter O'Brien O'Neill MacDonald Campbell Murphy Kelly Evans",
  ),
  fr: names(
    'Camille Hugo Léa Gabriel Chloé Raphaël Manon Jules Zoé François Hélène Étienne Amélie Benoît Céline Thierry Aurélie Jérôme Margaux Lucas Inès Noé Élodie Mathieu Sylvie Anaïs',
    'Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefèvre Leroy Roux David Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Faure André Mercier Gauthier Béranger',
  ),
  nl: names(
    'Daan Emma Sem Julia Lotte Bram Sanne Thijs Femke Jeroen Maaike Pieter Anouk Ruben Ilse Wouter Noor Sjoerd Marloes Niels',
    'Jansen Visser Smit Meijer Mulder Bos Vos Peters Hendriks Dekker Brouwer Dijkstra Kok Koster Prins Huisman Postma Willems Hoekstra Bakker Verhoeven Kuipers',
  ),
  es: names(
    'Lucía Martín Sofía Mateo María Hugo Paula Daniel Carmen Álvaro Elena Pablo Inés Javier Núria Sergio Rocío Andrés Begoña Iñaki José Ángela Raúl Mónica Óscar Verónica',
    'García Fernández González Rodríguez López Martínez Sánchez Pérez Gómez Jiménez Ruiz Hernández Díaz Moreno Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano Núñez Ibáñez Peña',
  ),
  it: names(
    'Giulia Francesco Alessia Matteo Chiara Lorenzo Martina Andrea Sara Davide Elisa Simone Valentina Marco Federica Luca Niccolò Letizia Paolo Ilaria Giorgio Beatrice Stefano Silvia',
    "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti Costa Giordano Mancini Rizzo Lombardi Moretti Barbieri Fontana Santoro D'Angelo Dell'Orto Caruso Ferri Fabbri Bianco",
  ),
  pt: names(
    'João Beatriz Miguel Leonor Tiago Inês Gonçalo Mariana Rúben Catarina Luís Ana Fábio Letícia Rafael Conceição Thiago Júlia Vinícius Larissa António Fernanda Caio Patrícia',
    'Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Jesus Sousa Fernandes Gonçalves Gomes Lopes Marques Alves Almeida Ribeiro Pinto Carvalho Teixeira Moreira Correia Mendes Araújo Simões Conceição Magalhães',
  ),
  pl: names(
    'Zuzanna Jakub Julia Antoni Maja Szymon Łukasz Małgorzata Paweł Agnieszka Grzegorz Katarzyna Tomasz Joanna Michał Bożena Stanisław Ewa Piotr Żaneta Krzysztof Anna',
    'Nowak Kowalska Wiśniewski Wójcik Kowalczyk Kamińska Lewandowski Zielińska Szymański Woźniak Dąbrowska Kozłowski Mazur Jankowska Krawczyk Piotrowski Grabowska Pawłowski Michalska Król Wieczorek Jabłońska Wróbel Majewski Stępień Żak',
  ),
  cs: names(
    'Jiří Tereza Jakub Eliška Tomáš Kateřina Ondřej Lucie Václav Jana Petr Zdeňka Martin Alžběta Lukáš Šárka',
    'Novák Svobodová Novotný Dvořáková Černý Procházková Kučera Veselá Horák Němcová Marek Pokorná Král Růžičková Beneš Fialová Sedláček Doležalová',
  ),
  sv: names(
    'Erik Astrid Lars Ingrid Björn Märta Søren Åsa Jørgen Linnéa Karl Freja Ole Sigrid Anders Kirsten Håkan Maja Nils Solveig Östen Elin',
    'Andersson Johansson Karlsson Nilsson Eriksson Larsen Olsen Hansen Pedersen Kristensen Sørensen Lindström Bergström Håkansson Sjögren Åberg Østergaard Nygård Dahl Lund Öberg Holm',
  ),
  fi: names(
    'Aino Väinö Eino Helmi Matti Päivi Jukka Satu Antti Tuula Mikko Kaisa Timo Riitta Jyrki Anneli',
    'Korhonen Virtanen Mäkinen Nieminen Mäkelä Hämäläinen Laine Heikkinen Koskinen Järvinen Lehtonen Lehtinen Saarinen Salminen Heinonen Niemi Räsänen Pöyry',
  ),
  tr: names(
    'Zeynep Mehmet Elif Mustafa Ayşe Ahmet Çağla Emre Gülşen İbrahim Hatice Ömer Şule Burak Özlem Yağmur Kerem Işıl',
    'Yılmaz Kaya Demir Çelik Şahin Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Kara Koç Kurt Özkan Şimşek',
  ),
  in: names(
    'Aarav Diya Vihaan Ananya Arjun Priya Rohan Kavya Sanjay Lakshmi Rahul Neha Vikram Pooja Suresh Meera Amit Sunita Rajesh Deepa Krishnan Fatima',
    'Sharma Verma Gupta Singh Patel Reddy Iyer Nair Mehta Joshi Rao Kumar Das Banerjee Mukherjee Chatterjee Pillai Menon Desai Kulkarni Khan Bose',
  ),
  ja: names(
    'Haruto Yui Sota Hina Yuto Sakura Riku Aoi Kenji Yoko Takashi Naoko Hiroshi Akiko Daiki Mei',
    'Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada Sasaki Matsumoto Inoue Kimura Hayashi Shimizu',
  ),
};

const letters: Readonly<Record<string, string>> = {
  ß: 'ss', ø: 'o', Ø: 'O', ł: 'l', Ł: 'L', æ: 'ae', Æ: 'Ae', ı: 'i', İ: 'I', đ: 'd', ð: 'd', þ: 'th',
};

/** plainAscii writes a name in ASCII, without its accents: `Łódź` as `Lodz`. */
export function plainAscii(text: string): string {
  return text
    .replace(/[ßøØłŁæÆıİđðþ]/g, (letter) => letters[letter] ?? letter)
    .normalize('NFD')
    .replace(/[^\u0020-\u007e]/g, '');
}

const germanLetters: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', Ä: 'Ae', Ö: 'Oe', Ü: 'Ue', ß: 'ss' };

/** otherSpelling writes a name the way somebody without the right keyboard would: `Müller` as `Mueller`, `Łódź` as `Lodz`. */
export function otherSpelling(text: string): string {
  return plainAscii(text.replace(/[äöüÄÖÜß]/g, (letter) => germanLetters[letter] ?? letter));
}

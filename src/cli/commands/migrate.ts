import type { Command } from 'commander';

/** registerMigrate adds `crosswalk migrate`. */
export function registerMigrate(program: Command): void {
  program.command('migrate')
    .description('Bring the database in DATABASE_URL up to this release. Several may start at once: they wait for each other.')
    .addHelpText('after', '\nExample:\n  DATABASE_URL=postgresql://… crosswalk migrate')
    .action(async () => {
      const url = process.env['DATABASE_URL'];
      if (url === undefined || url === '') throw new Error('DATABASE_URL is not set. Give the address of the PostgreSQL database, as in postgresql://user:password@host:5432/crosswalk.');
      const [{ openDatabase }, { migrate }] = await Promise.all([import('../../store/database.js'), import('../../store/migrate.js')]);
      const database = openDatabase({ url, connections: 2 });
      try {
        const applied = await migrate(database);
        process.stdout.write(applied.length === 0 ? 'The database is up to date.\n' : `Applied ${applied.join(', ')}.\n`);
      } finally {
        await database.close();
      }
    });
}

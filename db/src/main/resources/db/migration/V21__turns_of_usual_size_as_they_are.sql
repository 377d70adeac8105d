-- A turn of up to four kilobytes is stored as it is where the server compresses by pglz, which takes longer than all
-- else that a turn costs; before it was compressed from two on. Waits for nobody who reads or stores.
set local lock_timeout = '5s';
do $$
begin
  if not exists (select from pg_attribute
      where attrelid = 'transcript_turn'::regclass and attname in ('input', 'output') and attcompression = 'l') then
    alter table transcript_turn set (toast_tuple_target = 4080);
  end if;
end $$;

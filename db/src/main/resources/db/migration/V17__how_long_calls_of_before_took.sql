-- How long calls of before took: first by hours, then days of hours and months of days. Others go on
-- storing meanwhile; what gateways of the version before store from now on is not among it.
insert into usage_latency (model, span, bucket_start, provider_uid, latency, first_token)
select model, 1, hour, provider_uid, usage_bins(array_agg(bin)),
  usage_bins(array_agg(first_bin) filter (where first_bin is not null))
from (
  select model, date_bin('1 hour', started_at, 'epoch') as hour, provider_uid, usage_bin(latency_micros) as bin,
    case when streamed and first_byte_micros is not null then usage_bin(first_byte_micros) end as first_bin
  from usage_record) as calls
group by 1, 3, 4;

insert into usage_latency (model, span, bucket_start, provider_uid, latency, first_token)
select model, 3, date_bin('24 hours', bucket_start, 'epoch'), provider_uid,
  usage_bins_total(latency), usage_bins_total(first_token)
from usage_latency where span = 1 group by 1, 3, 4;
insert into usage_latency (model, span, bucket_start, provider_uid, latency, first_token)
select model, 4, date_trunc('month', bucket_start, 'UTC'), provider_uid,
  usage_bins_total(latency), usage_bins_total(first_token)
from usage_latency where span = 3 group by 1, 3, 4;

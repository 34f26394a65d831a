using System.Collections.Concurrent;
using System.Security.Cryptography;
using LifeCircle.ServiceDefaults;
using StackExchange.Redis;

namespace LifeCircle.Venues.Availability;

/// <summary>
/// What is taken of fields, by field and day, in Redis for all replicas: for whoever looks, never for whoever books. A day's key holds one of four things:
/// <list type="bullet">
/// <item>nothing: nobody has looked lately;</item>
/// <item>a token: somebody is reading the database, and may store what was read if the token is still there;</item>
/// <item>what is taken;</item>
/// <item>markers: somebody is about to commit a change, or several are, so everybody reads the database and nobody stores what was read. A marker goes when its change is
/// committed or not, and by itself if its writer dies.</item>
/// </list>
/// So no question is answered by what was before a booking that somebody has been told of, and what a slow reader has read of before is not stored. What is stored is of one
/// epoch. A replica that has lost Redis, so that others may not have heard of its bookings, trusts nothing there until it has begun a new one; what the others answer until
/// then, or while replicas of a version without this cache are at work, may be as old as <see cref="KeptMilliseconds"/>.
/// </summary>
internal sealed class TakenCache(SharedCache cache, IServiceScopeFactory scopes) : BackgroundService
{
    // How long a missed marker can matter: of a replica that could not reach Redis, or of a standby that takes over and has not heard of it.
    private const int KeptMilliseconds = 10_000;
    private const int TokenMilliseconds = 10_000;
    private const int MarkerMilliseconds = 30_000;

    // Taken names the layout of TakenSpan, too: with another layout it is another letter, which replicas of this version take for unknown.
    private const char Token = 'T', Marker = 'M', Taken = 'D';
    private const int NameBytes = 17;
    private const int MostUnended = 1_000;

    // Of more, Redis would answer nobody else meanwhile; and few ask for the same.
    private const int MostDays = 200;

    private static readonly RedisKey Epoch = "venues:taken:epoch";
    private static readonly TimeSpan RenewalInterval = TimeSpan.FromMilliseconds(250);

    // Refused writes are no errors below: of a full Redis everything can be deleted, and little stored.
    private const string Renew = """
        if redis.pcall('SET', KEYS[1], ARGV[1]).err then redis.call('DEL', KEYS[1]) end
        """;

    // Returns the epoch, and of each day the token under which it may be stored; empty: not now.
    private const string BeginReading = """
        local epoch = redis.call('GET', KEYS[1])
        if not epoch then
          if redis.pcall('SET', KEYS[1], ARGV[1]).err then return {} end
          epoch = ARGV[1]
        end
        local answer = {epoch}
        for place = 2, #KEYS do
          local value = redis.call('GET', KEYS[place])
          local kind = value and string.sub(value, 1, 1)
          if kind == 'T' then answer[place] = value
          elseif kind == 'M' or redis.pcall('SET', KEYS[place], ARGV[2], 'PX', ARGV[3]).err then answer[place] = ''
          else answer[place] = ARGV[2] end
        end
        return answer
        """;

    private const string Store = """
        for place = 1, #KEYS do
          if redis.call('GET', KEYS[place]) == ARGV[2 * place] then redis.pcall('SET', KEYS[place], ARGV[2 * place + 1], 'PX', ARGV[1]) end
        end
        """;

    // Returns 1 if the marker stands. It stands behind those of others who are about to commit.
    private const string BeginChange = """
        local value = redis.call('GET', KEYS[1])
        local others = value and string.sub(value, 1, 1) == 'M' and value or ''
        if redis.pcall('SET', KEYS[1], others .. ARGV[1], 'PX', ARGV[2]).err then
          if others == '' then redis.call('DEL', KEYS[1]) end
          return 0
        end
        return 1
        """;

    // Others' markers stay: those are still to commit.
    private const string EndChange = """
        for place = 1, #KEYS do
          local value = redis.call('GET', KEYS[place])
          if value and string.sub(value, 1, 1) ~= 'M' then redis.call('DEL', KEYS[place])
          elseif value then
            local others = {}
            for from = 1, #value, #ARGV[1] do
              local marker = string.sub(value, from, from + #ARGV[1] - 1)
              if marker ~= ARGV[1] then others[#others + 1] = marker end
            end
            if #others == 0 then redis.call('DEL', KEYS[place]) else redis.pcall('SET', KEYS[place], table.concat(others), 'KEEPTTL') end
          end
        end
        """;

    // Those who ask at once for the same days share a query.
    private readonly KeyedReads<(Guid Field, DateOnly Day), TakenDay> _reads = new(
        scopes, (services, days) => TakenSlots.ReadAsync(services.GetRequiredService<VenuesDbContext>(), days, CancellationToken.None));

    // Changes that Redis may know of only the beginning of. Beyond so many, markers go by themselves.
    private readonly ConcurrentQueue<(byte[] Marker, RedisKey[] Days)> _unended = new();

    private int _renewedAt = -1;

    private bool IsTrusted => cache.Exists && cache.Losses == Volatile.Read(ref _renewedAt);

    /// <summary>A name that nobody else has.</summary>
    public static byte[] NewMarker() => NewName(Marker);

    public static RedisKey KeyOf(Guid field, DateOnly day) => $"venues:taken:{field:n}:{day:yyyyMMdd}";

    /// <summary>What is taken now of days of fields; not in a transaction.</summary>
    public async Task<TakenSlots> ReadAsync(VenuesDbContext db, IReadOnlyList<FieldDay> days, CancellationToken cancel)
    {
        var known = new Dictionary<(Guid, DateOnly), TakenDay>(days.Count);
        if (days.Count == 0) return new(known);
        var isTrusted = IsTrusted && days.Count <= MostDays;
        List<FieldDay> missing = isTrusted ? await LookAsync(days, known) : [.. days];
        if (missing.Count == 0) return new(known);
        var reading = isTrusted ? await BeginReadingAsync(missing) : null;
        var read = missing.Count == 1 && (missing[0].Field, missing[0].Day) is var one
            ? new() { [one] = (await _reads.FindAsync(one, cancel))! }
            : await TakenSlots.ReadAsync(db, [.. missing.Select(day => (day.Field, day.Day))], cancel);
        foreach (var (day, taken) in read) known[day] = taken;
        if (reading is not null) _ = StoreAsync(missing, read, reading);
        return new(known);
    }

    /// <summary>A change of a day is about to be committed. True: everybody knows until it is ended.</summary>
    public async Task<bool> BeginChangeAsync(byte[] marker, RedisKey day)
    {
        if (!cache.Exists) return false;
        var (answered, answer) = await cache.AskAsync(redis => redis.ScriptEvaluateAsync(BeginChange, [day], [marker, MarkerMilliseconds]));
        return answered && (int)answer! == 1;
    }

    /// <summary>It is committed, or never will be.</summary>
    public async Task EndChangeAsync(byte[] marker, RedisKey[] days)
    {
        if (!cache.Exists) return;
        var (answered, _) = await cache.AskAsync(redis => redis.ScriptEvaluateAsync(EndChange, days, [marker]));
        if (!answered && _unended.Count < MostUnended) _unended.Enqueue((marker, days));
    }

    /// <summary>How long a marker is sure to stand.</summary>
    public static TimeSpan MarkerHolds { get; } = TimeSpan.FromMilliseconds(MarkerMilliseconds / 2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        do
        {
            var losses = cache.Losses; // first: what is lost while it is renewed calls for another epoch
            if (losses == _renewedAt || !cache.Exists) continue;
            var (answered, _) = await cache.AskAsync(redis => redis.ScriptEvaluateAsync(Renew, [Epoch], [NewName('E')]));
            if (!answered) continue;
            for (var left = _unended.Count; left > 0 && _unended.TryDequeue(out var change); left--) await EndChangeAsync(change.Marker, change.Days);
            Volatile.Write(ref _renewedAt, losses);
        }
        while (await WaitAsync(stoppingToken));
    }

    private static async Task<bool> WaitAsync(CancellationToken stopping)
    {
        await Task.Delay(RenewalInterval, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stopping.IsCancellationRequested;
    }

    // Returns what is not known there.
    private async Task<List<FieldDay>> LookAsync(IReadOnlyList<FieldDay> days, Dictionary<(Guid, DateOnly), TakenDay> known)
    {
        var (answered, values) = await cache.AskAsync(redis => redis.StringGetAsync([Epoch, .. days.Select(day => KeyOf(day.Field, day.Day))]));
        if (!answered || (byte[]?)values![0] is not { } epoch) return [.. days];
        var missing = new List<FieldDay>();
        foreach (var (place, day) in days.Index())
            if ((byte[]?)values[place + 1] is { } value && IsOf(value, epoch, day)) known[(day.Field, day.Day)] = TakenDay.Of(value.AsSpan(1 + NameBytes + sizeof(long)));
            else missing.Add(day);
        return missing;
    }

    private async Task<Reading?> BeginReadingAsync(List<FieldDay> days)
    {
        var (answered, answer) = await cache.AskAsync(redis => redis.ScriptEvaluateAsync(
            BeginReading, [Epoch, .. days.Select(day => KeyOf(day.Field, day.Day))], [NewName('E'), NewName(Token), TokenMilliseconds]));
        return answered && (byte[]?[])answer! is [{ } epoch, .. var tokens] ? new(epoch, tokens!) : null;
    }

    private async Task StoreAsync(List<FieldDay> days, Dictionary<(Guid, DateOnly), TakenDay> read, Reading reading)
    {
        var stored = days.Index().Where(one => reading.Tokens[one.Index].Length > 0).ToList();
        if (stored.Count == 0) return;
        RedisKey[] keys = [.. stored.Select(one => KeyOf(one.Item.Field, one.Item.Day))];
        RedisValue[] values = [KeptMilliseconds, .. stored.SelectMany(one => (IEnumerable<RedisValue>)
            [reading.Tokens[one.Index], Value(reading.Epoch, one.Item.SetupVersion, read[(one.Item.Field, one.Item.Day)])])];
        await cache.AskAsync(redis => redis.ScriptEvaluateAsync(Store, keys, values));
    }

    private static bool IsOf(ReadOnlySpan<byte> value, byte[] epoch, FieldDay day) =>
        value[0] == Taken && value.Slice(1, NameBytes).SequenceEqual(epoch) && BitConverter.ToInt64(value.Slice(1 + NameBytes, sizeof(long))) == day.SetupVersion;

    private static byte[] Value(byte[] epoch, long setupVersion, TakenDay taken) => [(byte)Taken, .. epoch, .. BitConverter.GetBytes(setupVersion), .. taken.Bytes];

    private static byte[] NewName(char kind) => [(byte)kind, .. RandomNumberGenerator.GetBytes(NameBytes - 1)];

    private sealed record Reading(byte[] Epoch, byte[][] Tokens);
}

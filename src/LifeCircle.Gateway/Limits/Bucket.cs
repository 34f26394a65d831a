using LifeCircle.ServiceDefaults;
using StackExchange.Redis;

namespace LifeCircle.Gateway.Limits;

/// <summary>
/// One client's token bucket in a lane. The bucket itself is in Redis, shared by the replicas; a replica takes a twentieth of a second's
/// quota at a time, so a busy client costs Redis twenty questions a second, and one beyond its quota none while it is refused. Without
/// Redis each replica has a bucket of its own.
/// </summary>
internal sealed class Bucket(string name, int perSecond, int burst, SharedCache cache, TimeProvider clock)
{
    // Grants what there is, up to what is wanted; by the clock of Redis, because those of the replicas differ.
    private const string Take = """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local rate, burst, wanted = ARGV[1] / 1000, tonumber(ARGV[2]), tonumber(ARGV[3])
        local state = redis.call('HMGET', KEYS[1], 'level', 'at')
        local level = math.min(burst, (tonumber(state[1]) or burst) + math.max(0, now - (tonumber(state[2]) or now)) * rate)
        local granted = math.min(wanted, math.floor(level))
        redis.call('HSET', KEYS[1], 'level', level - granted, 'at', now)
        redis.call('PEXPIRE', KEYS[1], math.ceil(burst / rate) + 1000)
        return { granted, granted > 0 and 0 or math.ceil((1 - level) / rate) }
        """;

    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(1);

    private readonly RedisKey[] _key = [name];
    private readonly Lock _gate = new();
    private Task _leasing = Task.CompletedTask;
    private int _waiting;
    private int _leased;
    private long _leasedAt;
    private long _refusedUntil;
    private double _level = burst;
    private long _levelAt = clock.GetTimestamp();

    /// <summary>Whether it has refused, and would again now.</summary>
    public bool IsRefusing => clock.GetTimestamp() < Volatile.Read(ref _refusedUntil);

    /// <summary>When it was last asked.</summary>
    public long UsedAt { get; private set; } = clock.GetTimestamp();

    /// <summary>Takes a permit. False if there is none.</summary>
    public ValueTask<bool> TryTakeAsync()
    {
        lock (_gate)
        {
            var now = UsedAt = clock.GetTimestamp();
            if (now < _refusedUntil) return new(false);
            if (_leased > 0 && clock.GetElapsedTime(_leasedAt, now) < LeaseTime)
            {
                _leased--;
                return new(true);
            }
            _waiting++;
            if (_leasing.IsCompleted) _leasing = LeaseAsync(Math.Max(_waiting, perSecond / 20));
            return new(AfterAsync(_leasing));
        }
    }

    /// <summary>Seconds, at least one, until there is a permit again.</summary>
    public int SecondsToWait() =>
        (int)Math.Ceiling(Math.Max(1, clock.GetElapsedTime(clock.GetTimestamp(), Volatile.Read(ref _refusedUntil)).TotalSeconds));

    private async Task<bool> AfterAsync(Task leasing)
    {
        await leasing;
        lock (_gate) _waiting--;
        return await TryTakeAsync();
    }

    // One at a time for a bucket: a hundred requests at once are one question.
    private async Task LeaseAsync(int wanted)
    {
        var (answered, answer) = await cache.AskAsync(redis => redis.ScriptEvaluateAsync(Take, _key, [perSecond, burst, wanted]));
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            var (granted, wait) = answered ? ((int)answer![0], TimeSpan.FromMilliseconds((long)answer[1])) : TakeOwn(wanted, now);
            _leased = granted;
            _leasedAt = now;
            if (granted == 0) Volatile.Write(ref _refusedUntil, now + (long)(wait.TotalSeconds * clock.TimestampFrequency));
        }
    }

    private (int Granted, TimeSpan Wait) TakeOwn(int wanted, long now)
    {
        _level = Math.Min(burst, _level + clock.GetElapsedTime(_levelAt, now).TotalSeconds * perSecond);
        _levelAt = now;
        var granted = Math.Min(wanted, (int)_level);
        _level -= granted;
        return (granted, granted > 0 ? default : TimeSpan.FromSeconds((1 - _level) / perSecond));
    }
}

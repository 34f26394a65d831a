namespace LifeCircle.Messaging;

/// <summary>
/// A pause after a small batch, so that the next one is larger. The slower the batches, because the machine is busy, the longer the pause:
/// that is when batching pays, and when others need the machine.
/// </summary>
/// <param name="shareOfWork">How much of the time the batches may take, between the bounds.</param>
internal sealed class Breath(double shareOfWork)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(25);

    public TimeSpan After(TimeSpan batch)
    {
        var pause = batch * ((1 - shareOfWork) / shareOfWork);
        return pause < Shortest ? Shortest : pause > Longest ? Longest : pause;
    }
}

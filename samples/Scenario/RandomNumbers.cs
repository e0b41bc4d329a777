namespace Scenario;

/// <summary>Random numbers that are the same in every run (xorshift64, Marsaglia 2003).</summary>
internal struct RandomNumbers(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A number from 0 up to, and without, a limit.</summary>
    public int Below(int limit)
    {
        _state ^= _state << 13;
        _state ^= _state >> 7;
        _state ^= _state << 17;
        return (int)((_state >> 11) % (ulong)limit);
    }
}

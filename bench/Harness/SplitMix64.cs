namespace Benchmarks;

/// <summary>The random numbers of every workload: SplitMix64 (Steele, Lea and Flood, 2014).</summary>
internal struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        unchecked
        {
            ulong z = _state += 0x9E37_79B9_7F4A_7C15;
            z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
            z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
            return z ^ (z >> 31);
        }
    }

    /// <summary>The high 64 bits of the next number times <paramref name="limit"/>: less than that.</summary>
    public uint Below(uint limit)
    {
        // The product has 96 bits; the low half of the number contributes its carry.
        ulong number = Next();
        return (uint)(((number >> 32) * limit + (((number & uint.MaxValue) * limit) >> 32)) >> 32);
    }

    public unsafe void Shuffle<T>(T* items, uint count)
        where T : unmanaged
    {
        for (uint i = count - 1; i >= 1 && i < count; i--)
        {
            uint j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}

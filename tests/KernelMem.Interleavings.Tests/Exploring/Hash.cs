using System.Numerics;

namespace KernelMem.Interleavings.Tests.Exploring;

internal static class Hash
{
    /// <summary>Mixes two numbers into one that depends on both and on their order.</summary>
    public static ulong Mix(ulong first, ulong second)
    {
        unchecked
        {
            ulong mixed = (BitOperations.RotateLeft(first, 29) ^ (second * 0x9E37_79B9_7F4A_7C15)) * 0xD6E8_FEB8_6659_FD93;
            mixed ^= mixed >> 32;
            mixed *= 0xD6E8_FEB8_6659_FD93;
            return (mixed ^ (mixed >> 29)) + 0x1234_5678_9ABC_DEF1;
        }
    }
}

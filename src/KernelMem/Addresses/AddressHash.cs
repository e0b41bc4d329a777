namespace KernelMem.Addresses;

/// <summary>
/// One hash for everything that is a 64-bit number. Addresses differ in their middle bits, so these are spread by a
/// multiplication (Knuth's multiplicative hashing: 2^64 divided by the golden ratio) and the best ones, on top, are taken.
/// </summary>
internal static class AddressHash
{
    public static int Of(ulong value) => (int)((value * 0x9E37_79B9_7F4A_7C15UL) >> 32);

    public static int Of(ulong first, ulong second) => Of(first ^ (second * 0xC2B2_AE3D_27D4_EB4FUL));
}

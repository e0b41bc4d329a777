using System;

namespace KernelMem.Simulation;

/// <summary>CPUID, as the features say (Intel SDM Vol. 2A, CPUID; AMD APM Vol. 3 appendix E).</summary>
internal static class CpuIdLeaves
{
    public static (uint Eax, uint Ebx, uint Ecx, uint Edx) Read(MmuFeatures features, bool osUsesKeys, uint leaf, uint subleaf) => leaf switch
    {
        0 => Vendor(features, 7),
        1 => (0,
            0,
            Bit(17, features.Pcid),
            Bits(3, 5, 6, 16) | Bit(13, features.Pge)), // PSE, MSR, PAE, PAT
        7 when subleaf == 0 => (0,
            Bit(7, features.Smep) | Bit(10, features.InvPcid) | Bit(20, features.Smap),
            Bit(2, features.Umip) | Bit(3, features.Pku) | Bit(4, osUsesKeys) | Bit(16, features.La57) | Bit(31, features.Pks),
            0),
        0x8000_0000 => Vendor(features, features.EncryptionBit is null ? 0x8000_0008 : 0x8000_001F),
        0x8000_0001 => (0, 0, 0, Bit(20, features.Nx) | Bit(26, features.GigabytePages) | Bits(11, 29)), // SYSCALL, long mode
        0x8000_0008 => ((uint)AllAddressBits(features) | (features.La57 ? 57U : 48U) << 8, 0, 0, 0),
        0x8000_001F when features.EncryptionBit is { } bit => (Bits(0), // SME
            (uint)bit | (uint)(AllAddressBits(features) - features.PhysicalAddressBits) << 6,
            0,
            0),
        _ => default,
    };

    /// <summary>The encryption bit counts as an address bit; how many bits encryption takes from addresses is said apart.</summary>
    private static int AllAddressBits(MmuFeatures features) => Math.Max(features.PhysicalAddressBits, (features.EncryptionBit ?? 0) + 1);

    private static (uint Eax, uint Ebx, uint Ecx, uint Edx) Vendor(MmuFeatures features, uint greatestLeaf) => features.EncryptionBit is null
        ? (greatestLeaf, 0x756E_6547U, 0x6C65_746EU, 0x4965_6E69U) // GenuineIntel
        : (greatestLeaf, 0x6874_7541U, 0x444D_4163U, 0x6974_6E65U); // AuthenticAMD

    private static uint Bit(int bit, bool value) => value ? 1U << bit : 0;

    private static uint Bits(params ReadOnlySpan<int> bits)
    {
        uint value = 0;
        foreach (int bit in bits)
            value |= 1U << bit;
        return value;
    }
}

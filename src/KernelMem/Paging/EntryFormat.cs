using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>What the entries of a processor may hold, beyond what all processors have in common. A value; it does not change while tables exist.</summary>
public readonly struct EntryFormat
{
    /// <summary>The most bits that a physical address can have (Intel SDM Vol. 3A §4.1.4).</summary>
    public const int MaxPhysicalBits = 52;

    private const int NoEncryption = 0;
    private const int FirstEncryptionBit = 32;
    private const int EncryptionShift = 8;
    private const uint GigabytePages = 1u << 16;
    private const uint Pat = 1u << 17;
    private const uint ProtectionKeys = 1u << 18;

    private readonly uint _bits;

    private EntryFormat(uint bits) => _bits = bits;

    /// <summary>How many bits a physical address has: 36 to 52 (CPUID.80000008H:EAX[7:0]).</summary>
    public int PhysicalBits => (byte)_bits;

    /// <summary>Whether there are pages of 1 GiB (CPUID.80000001H:EDX[26]).</summary>
    public bool HasGigabytePages => (_bits & GigabytePages) != 0;

    /// <summary>Whether the IA32_PAT MSR holds what <see cref="CacheType"/> says, on every CPU. Without, there is no WP and no WC.</summary>
    public bool HasPat => (_bits & Pat) != 0;

    /// <summary>Whether protection keys for user pages are on (CR4.PKE).</summary>
    public bool HasProtectionKeys => (_bits & ProtectionKeys) != 0;

    /// <summary>Whether memory can be encrypted page by page (AMD SME: CPUID.8000001FH:EBX[5:0] tells the bit).</summary>
    public bool HasEncryption => EncryptionBit != NoEncryption;

    /// <summary>The bit of an entry that says "encrypted"; 0 where there is none.</summary>
    public int EncryptionBit => (byte)(_bits >> EncryptionShift);

    /// <summary>The first physical address that no entry can hold.</summary>
    internal ulong Limit => 1UL << (HasEncryption && EncryptionBit < PhysicalBits ? EncryptionBit : PhysicalBits);

    /// <summary>Whether an entry can hold the address of a frame.</summary>
    internal bool Holds<TSize>(Frame<TSize> frame)
        where TSize : unmanaged, IPageSize => frame.Start.Value < Limit;

    /// <summary>Whether entries can hold the addresses of all frames of a range.</summary>
    internal bool Holds(PhysAddr start, ulong length) => start.Value < Limit && length <= Limit - start.Value;

    internal ulong EncryptionMask => HasEncryption ? 1UL << EncryptionBit : 0;

    /// <summary>The address bits that must be zero in every present entry.</summary>
    internal ulong Reserved => ((1UL << MaxPhysicalBits) - (1UL << PhysicalBits)) & ~EncryptionMask;

    /// <summary>The format of a processor as it is set up now: its address width and page sizes, the PAT, and protection keys if they are on. Without encryption.</summary>
    /// <param name="platform">The CPU.</param>
    public static EntryFormat Detect<TPlatform>(TPlatform platform)
        where TPlatform : unmanaged, IPlatform
    {
        CpuFeatures features = CpuFeatures.Detect(platform);
        CpuFeatureSet enabled = CpuFeatures.ReadEnabled(platform);
        return Create(
            features.PhysicalBits,
            (enabled & CpuFeatureSet.GigabytePages) != CpuFeatureSet.None,
            (enabled & CpuFeatureSet.CacheTypes) != CpuFeatureSet.None,
            (enabled & CpuFeatureSet.UserKeys) != CpuFeatureSet.None);
    }

    /// <summary>The same, with memory encryption: for a kernel that has turned it on (AMD SME: MSR SYSCFG, bit 23).</summary>
    /// <param name="bit">The bit of an entry that says "encrypted", 32 to 51: <see cref="CpuFeatures.EncryptionBit"/>. Panics on others.</param>
    public EntryFormat WithEncryption(int bit)
    {
        Panic.Assert(bit is >= FirstEncryptionBit and < MaxPhysicalBits, "EntryFormat: the encryption bit is one of 32 to 51");
        return new EntryFormat((_bits & ~(0xFFu << EncryptionShift)) | ((uint)bit << EncryptionShift));
    }

    /// <summary>A format.</summary>
    /// <param name="physicalBits">36 to 52.</param>
    /// <param name="gigabytePages">Whether there are pages of 1 GiB.</param>
    /// <param name="pat">Whether the PAT was programmed for <see cref="CacheType"/>.</param>
    /// <param name="protectionKeys">Whether CR4.PKE is on.</param>
    /// <param name="encryptionBit">32 to 51, or 0 for none.</param>
    /// <returns>The format. Panics on numbers out of range.</returns>
    public static EntryFormat Create(
        int physicalBits, bool gigabytePages, bool pat = false, bool protectionKeys = false, int encryptionBit = 0)
    {
        Panic.Assert(physicalBits is >= 36 and <= MaxPhysicalBits, "EntryFormat: a physical address has 36 to 52 bits");
        EntryFormat format = new((uint)physicalBits | (gigabytePages ? GigabytePages : 0) | (pat ? Pat : 0) | (protectionKeys ? ProtectionKeys : 0));
        return encryptionBit == NoEncryption ? format : format.WithEncryption(encryptionBit);
    }
}

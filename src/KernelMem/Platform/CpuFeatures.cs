using System;
using KernelMem.Failures;

namespace KernelMem.Platform;

/// <summary>What this CPU has of what paging depends on, as CPUID tells (Intel SDM Vol. 2A, CPUID).</summary>
/// <remarks>A kernel calls <see cref="Enable"/> once on each CPU, before that CPU first uses page tables of the library's.</remarks>
public readonly struct CpuFeatures : IEquatable<CpuFeatures>
{
    private const uint FirstExtendedLeaf = 0x8000_0000;
    private const uint SignatureLeaf = 0x8000_0001;
    private const uint AddressLeaf = 0x8000_0008;
    private const uint EncryptionLeaf = 0x8000_001F;

    // Intel SDM Vol. 3A §4.1.4: what holds where CPUID has no AddressLeaf.
    private const byte OldPhysicalBits = 36;
    private const byte OldVirtualBits = 48;

    private CpuFeatures(CpuFeatureSet present, byte physicalBits, byte virtualBits, byte encryptionBit)
    {
        Present = present;
        PhysicalBits = physicalBits;
        VirtualBits = virtualBits;
        EncryptionBit = encryptionBit;
    }

    /// <summary>What the processor has; of it, <see cref="ReadEnabled"/> tells what is on.</summary>
    public CpuFeatureSet Present { get; }

    /// <summary>How many bits a physical address has: MAXPHYADDR, 36 to 52. (AMD's memory encryption, when it is on, takes some of them away.)</summary>
    public byte PhysicalBits { get; }

    /// <summary>How many bits a virtual address can have: 48, or 57 with <see cref="CpuFeatureSet.FiveLevels"/>.</summary>
    public byte VirtualBits { get; }

    /// <summary>
    /// With <see cref="CpuFeatureSet.Encryption"/>: which bit of an entry, 0 to 63, says that the page is encrypted. Otherwise 0. Whether
    /// encryption is on is the firmware's or the hypervisor's choice.
    /// </summary>
    public byte EncryptionBit { get; }

    /// <summary>Asks the processor.</summary>
    public static CpuFeatures Detect<TPlatform>(TPlatform platform)
        where TPlatform : unmanaged, IPlatform
    {
        CpuIdLeaf basic = platform.ReadCpuId(1, 0);
        CpuIdLeaf structured = LeafOrNothing(platform, 7, platform.ReadCpuId(0, 0).Eax);
        uint lastExtended = platform.ReadCpuId(FirstExtendedLeaf, 0).Eax;
        CpuIdLeaf signature = LeafOrNothing(platform, SignatureLeaf, lastExtended);
        CpuIdLeaf addresses = LeafOrNothing(platform, AddressLeaf, lastExtended);
        CpuIdLeaf encryption = LeafOrNothing(platform, EncryptionLeaf, lastExtended);

        CpuFeatureSet present = CpuFeatureSet.WriteProtect
            | If(signature.Edx, 20, CpuFeatureSet.NoExecute)
            | If(basic.Edx, 16, CpuFeatureSet.CacheTypes)
            | If(basic.Edx, 13, CpuFeatureSet.GlobalPages)
            | If(signature.Edx, 26, CpuFeatureSet.GigabytePages)
            | If(structured.Ebx, 7, CpuFeatureSet.ExecutionPrevention)
            | If(structured.Ebx, 20, CpuFeatureSet.AccessPrevention)
            | If(structured.Ecx, 2, CpuFeatureSet.InstructionPrevention)
            | If(basic.Ecx, 17, CpuFeatureSet.ContextIdentifiers)
            | If(structured.Ebx, 10, CpuFeatureSet.ContextInvalidation)
            | If(structured.Ecx, 3, CpuFeatureSet.UserKeys)
            | If(structured.Ecx, 31, CpuFeatureSet.SupervisorKeys)
            | If(structured.Ecx, 16, CpuFeatureSet.FiveLevels)
            | ((encryption.Eax & 3) != 0 ? CpuFeatureSet.Encryption : CpuFeatureSet.None);

        bool tellsAddresses = addresses.Eax != 0;
        return new CpuFeatures(
            present,
            tellsAddresses ? (byte)addresses.Eax : OldPhysicalBits,
            tellsAddresses ? (byte)(addresses.Eax >> 8) : OldVirtualBits,
            (present & CpuFeatureSet.Encryption) != CpuFeatureSet.None ? (byte)(encryption.Ebx & 0x3F) : (byte)0);
    }

    /// <summary>
    /// Turns on what this CPU has: CR0.WP, IA32_EFER.NXE, CR4.PGE, SMEP, SMAP, UMIP, PKE, and PCIDE where there is INVPCID too; and
    /// programs the PAT (<see cref="CachePolicy"/>). Protection keys forbid nothing afterwards. What is on already stays on, so it may
    /// be called again.
    /// </summary>
    /// <remarks>
    /// SMEP and SMAP: from here on the kernel reaches programs' pages by <see cref="IPlatform.CopyUser"/> only. All translations of this
    /// CPU are dropped. Process-context identifiers are used by the TLB shootdown, which must be the only one to write CR3 then.
    /// </remarks>
    /// <param name="platform">The CPU that calls. The interrupts are off meanwhile.</param>
    /// <returns>What is on; or what it lacks, and then nothing was changed.</returns>
    public static Result<CpuFeatureSet, CpuFeatureError> Enable<TPlatform>(TPlatform platform)
        where TPlatform : unmanaged, IPlatform
    {
        CpuFeatures features = Detect(platform);
        if (!features.Has(CpuFeatureSet.NoExecute))
            return CpuFeatureError.NoExecuteMissing;
        if (!features.Has(CpuFeatureSet.CacheTypes))
            return CpuFeatureError.CacheTypesMissing;

        InterruptState interrupts = platform.SaveInterrupts();
        platform.WriteMsr(Efer.Msr, Efer.FromRaw(platform.ReadMsr(Efer.Msr)).WithNxe(true).Value);
        platform.WriteCr0(Cr0.FromRaw(platform.ReadCr0()).WithWp(true).Value);
        CachePolicy.Program(platform);

        Cr4 cr4 = Cr4.FromRaw(platform.ReadCr4());
        platform.WriteCr4(cr4
            .WithPge(cr4.Pge || features.Has(CpuFeatureSet.GlobalPages))
            .WithSmep(cr4.Smep || features.Has(CpuFeatureSet.ExecutionPrevention))
            .WithSmap(cr4.Smap || features.Has(CpuFeatureSet.AccessPrevention))
            .WithUmip(cr4.Umip || features.Has(CpuFeatureSet.InstructionPrevention))
            .WithPke(cr4.Pke || features.Has(CpuFeatureSet.UserKeys))
            .Value);
        if (features.Has(CpuFeatureSet.UserKeys) && !cr4.Pke)
            platform.WritePkru(0); // every key allows everything: what entries say holds, as without keys
        if (features.Has(CpuFeatureSet.ContextIdentifiers | CpuFeatureSet.ContextInvalidation) && !cr4.Pcide)
            TurnOnIdentifiers(platform);

        CpuFeatureSet enabled = ReadEnabled(platform);
        platform.RestoreInterrupts(interrupts);
        return enabled;
    }

    /// <summary>
    /// Which of the features that this CPU has are on. Those that need not be turned on (pages of 1 GiB, INVPCID) are; memory encryption is
    /// never said to be.
    /// </summary>
    public static CpuFeatureSet ReadEnabled<TPlatform>(TPlatform platform)
        where TPlatform : unmanaged, IPlatform
    {
        Cr4 cr4 = Cr4.FromRaw(platform.ReadCr4());
        CpuFeatureSet on = CpuFeatureSet.GigabytePages | CpuFeatureSet.ContextInvalidation
            | If(Cr0.FromRaw(platform.ReadCr0()).Wp, CpuFeatureSet.WriteProtect)
            | If(Efer.FromRaw(platform.ReadMsr(Efer.Msr)).Nxe, CpuFeatureSet.NoExecute)
            | If(cr4.Pge, CpuFeatureSet.GlobalPages)
            | If(cr4.Smep, CpuFeatureSet.ExecutionPrevention)
            | If(cr4.Smap, CpuFeatureSet.AccessPrevention)
            | If(cr4.Umip, CpuFeatureSet.InstructionPrevention)
            | If(cr4.Pcide, CpuFeatureSet.ContextIdentifiers)
            | If(cr4.Pke, CpuFeatureSet.UserKeys)
            | If(cr4.Pks, CpuFeatureSet.SupervisorKeys)
            | If(cr4.La57, CpuFeatureSet.FiveLevels);
        CpuFeatureSet present = Detect(platform).Present;
        if ((present & CpuFeatureSet.CacheTypes) != CpuFeatureSet.None)
            on |= If(platform.ReadMsr(Pat.Msr) == CachePolicy.Table.Value, CpuFeatureSet.CacheTypes);
        return on & present;
    }

    /// <summary>Whether the processor has all of these.</summary>
    public bool Has(CpuFeatureSet features) => (Present & features) == features;

    /// <summary>Whether both are the same.</summary>
    public static bool operator ==(CpuFeatures left, CpuFeatures right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(CpuFeatures left, CpuFeatures right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(CpuFeatures other) =>
        Present == other.Present
        && PhysicalBits == other.PhysicalBits
        && VirtualBits == other.VirtualBits
        && EncryptionBit == other.EncryptionBit;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CpuFeatures other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Present ^ (PhysicalBits << 24) ^ (VirtualBits << 16);

    // CR4.PCIDE can be set in long mode only, and only while bits 11:0 of CR3 are zero (Intel SDM Vol. 3A §4.10.1). There they say how the
    // root table is cached (PWT, PCD); cleared, it is cached as memory is.
    private static void TurnOnIdentifiers<TPlatform>(TPlatform platform)
        where TPlatform : unmanaged, IPlatform
    {
        PageTableRoot root = platform.ReadPageTableRoot();
        if (root.Pcid != 0)
            platform.WritePageTableRoot(root.WithPcid(0));
        platform.WriteCr4(Cr4.FromRaw(platform.ReadCr4()).WithPcide(true).Value);
    }

    private static CpuIdLeaf LeafOrNothing<TPlatform>(TPlatform platform, uint leaf, uint last)
        where TPlatform : unmanaged, IPlatform => leaf <= last ? platform.ReadCpuId(leaf, 0) : default;

    private static CpuFeatureSet If(uint register, int bit, CpuFeatureSet feature) => If((register >> bit & 1) != 0, feature);

    private static CpuFeatureSet If(bool condition, CpuFeatureSet feature) => condition ? feature : CpuFeatureSet.None;
}

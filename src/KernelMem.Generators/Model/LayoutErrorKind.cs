namespace KernelMem.Generators.Model;

/// <summary>What can be wrong with a declaration. The number is the number of the rule: 8001 is KM8001.</summary>
internal enum LayoutErrorKind
{
    NotPartial = 8001,
    Overlap = 8002,
    Gap = 8003,
    OutOfRange = 8004,
    BadStorage = 8005,
    EnumTooWide = 8006,
    DefaultMisfit = 8007,
    ReservedWritten = 8008,
    AddressNotAligned = 8009,
    NameCollision = 8010,
    InconsistentLevel = 8011,
    EndianMismatch = 8012,
    BadFieldType = 8013,
    OwnState = 8014,
    SeveralPositions = 8015,
    BadCombination = 8016,
    BadAccess = 8017,
}

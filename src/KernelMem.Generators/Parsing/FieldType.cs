using KernelMem.Generators.Model;

namespace KernelMem.Generators.Parsing;

/// <summary>How a property's type carries its field.</summary>
internal readonly record struct FieldType(FieldKind Kind, int Width, EnumModel? Enum = null);

using KernelMem.Generators.Model;

namespace KernelMem.Generators.Writing;

/// <summary>Writes equality, which is that of the bits.</summary>
internal static class EqualityWriter
{
    public static void Write(IndentedWriter writer, LayoutModel layout)
    {
        string name = layout.Name;
        string hash = layout.Storage.Width == 64 ? "unchecked((int)(_value ^ (_value >> 32)))" : "unchecked((int)_value)";
        writer.Member($"""
            /// <summary>Whether two words have the same bits.</summary>
            public static bool operator ==({name} left, {name} right) => left._value == right._value;

            /// <summary>Whether two words differ in a bit.</summary>
            public static bool operator !=({name} left, {name} right) => left._value != right._value;

            /// <inheritdoc/>
            public bool Equals({name} other) => _value == other._value;

            /// <inheritdoc/>
            public override bool Equals(object? obj) => obj is {name} other && _value == other._value;

            /// <inheritdoc/>
            public override int GetHashCode() => {hash};
            """);
    }
}

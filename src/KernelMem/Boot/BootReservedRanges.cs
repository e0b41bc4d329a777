using KernelMem.Addresses;

namespace KernelMem.Boot;

/// <summary>
/// What a boot loader left in memory: its structures, the strings, the modules and the list of them. In no order; ranges may be empty.
/// </summary>
public readonly struct BootReservedRanges
{
    private readonly BootInformation _boot;

    internal BootReservedRanges(in BootInformation boot) => _boot = boot;

    /// <summary>Whether some of it lies in a range.</summary>
    public bool Overlap(PhysRange range)
    {
        foreach (PhysRange leftover in this)
        {
            if (leftover.Overlaps(range))
                return true;
        }

        return false;
    }

    /// <summary>Goes through the ranges.</summary>
    public Enumerator GetEnumerator() => new(_boot);

    /// <summary>Goes through the ranges.</summary>
    public struct Enumerator
    {
        private readonly BootInformation _boot;
        private BootModules.Enumerator _modules;
        private int _fixed;
        private bool _isString;

        internal Enumerator(in BootInformation boot)
        {
            _boot = boot;
            _modules = boot.Modules.GetEnumerator();
        }

        /// <summary>The range reached.</summary>
        public PhysRange Current { readonly get; private set; }

        /// <summary>Goes to the next range; false after the last.</summary>
        public bool MoveNext()
        {
            switch (_fixed)
            {
                case 0:
                    Current = _boot.Storage;
                    break;
                case 1:
                    Current = _boot.Map.Storage;
                    break;
                case 2:
                    Current = _boot.CommandLineString.Storage;
                    break;
                case 3:
                    Current = _boot.Modules.Storage;
                    break;
                default:
                    return MoveNextOfModules();
            }

            _fixed++;
            return true;
        }

        // Each module is two: its content, then its string.
        private bool MoveNextOfModules()
        {
            if (!_isString && !_modules.MoveNext())
                return false;
            Current = _isString ? _modules.Current.CommandLineString.Storage : _modules.Current.Range;
            _isString = !_isString;
            return true;
        }
    }
}
